// Bilinear resize without antialiasing. Weights are f64 and rounded once.

// As `place`, the fraction rounded.
__device__ inline u32 place_near(u32 position, u32 input, u32 output, bool aligned, float *fraction)
{
    double exact;
    const u32 cell = place(position, input, output, aligned, &exact);
    *fraction = (float)exact;
    return cell;
}

__device__ inline float mix(float a, float b, float fraction)
{
    return a * (1.0f - fraction) + b * fraction;
}

// Maps [planes, height, width] to out [planes, rows, columns]. grid = (columns / block, rows, planes up to a limit).
template <typename T>
__device__ void resize(
    const T *map, T *out, u32 planes, u32 height, u32 width, u32 rows, u32 columns, u32 aligned)
{
    const u32 x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y;
    if (x >= columns) return;
    float across, down;
    const u32 left = place_near(x, width, columns, aligned != 0, &across);
    const u32 above = place_near(y, height, rows, aligned != 0, &down);
    const u32 right = min(left + 1, width - 1), below = min(above + 1, height - 1);
    for (u32 plane = blockIdx.z; plane < planes; plane += gridDim.z) {
        const T *values = map + (u64)plane * height * width;
        const T *upper = values + (u64)above * width, *lower = values + (u64)below * width;
        const float top = mix(load(upper + left), load(upper + right), across);
        const float bottom = mix(load(lower + left), load(lower + right), across);
        store(out + ((u64)plane * rows + y) * columns + x, mix(top, bottom, down));
    }
}

// Red, green and blue in 0..1 of a pixel of a drawing, over white paper or as they are stored.
__device__ inline void colour_of(const unsigned char *pixel, bool paper, float *rgb)
{
    const float opacity = pixel[3] / 255.0f;
    for (u32 channel = 0; channel < 3; channel++) {
        const float value = pixel[channel] / 255.0f;
        rgb[channel] = paper && pixel[3] < 255 ? value * opacity + (1.0f - opacity) : value;
    }
}

// Drawings [batch, height, width, 4] of bytes to squares [batch, 3, side, side]. grid = (side / block, side, batch).
template <typename T>
__device__ void drawing(const unsigned char *pixels, T *out, u32 height, u32 width, u32 side, u32 paper)
{
    const u32 x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y;
    if (x >= side) return;
    float across, down;
    const u32 left = place_near(x, width, side, false, &across), above = place_near(y, height, side, false, &down);
    const u32 right = min(left + 1, width - 1), below = min(above + 1, height - 1);
    const unsigned char *image = pixels + (u64)blockIdx.z * height * width * 4;
    float corners[4][3];
    colour_of(image + ((u64)above * width + left) * 4, paper != 0, corners[0]);
    colour_of(image + ((u64)above * width + right) * 4, paper != 0, corners[1]);
    colour_of(image + ((u64)below * width + left) * 4, paper != 0, corners[2]);
    colour_of(image + ((u64)below * width + right) * 4, paper != 0, corners[3]);
    for (u32 channel = 0; channel < 3; channel++) {
        const float top = mix(corners[0][channel], corners[1][channel], across);
        const float bottom = mix(corners[2][channel], corners[3][channel], across);
        store(out + (((u64)blockIdx.z * 3 + channel) * side + y) * side + x, mix(top, bottom, down));
    }
}

#define RESIZE(T)                                                                                                      \
    extern "C" __global__ void resize_##T(const T *map, T *out, u32 planes, u32 height, u32 width, u32 rows,           \
                                          u32 columns, u32 aligned)                                                    \
    {                                                                                                                  \
        resize(map, out, planes, height, width, rows, columns, aligned);                                               \
    }                                                                                                                  \
    extern "C" __global__ void drawing_##T(const unsigned char *pixels, T *out, u32 height, u32 width, u32 side,       \
                                           u32 paper)                                                                  \
    {                                                                                                                  \
        drawing(pixels, out, height, width, side, paper);                                                              \
    }
EACH_TYPE(RESIZE)
