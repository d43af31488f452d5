// GELU and softmax, in place.

// The exact GELU of rows + bias: rows [rows, width], bias [width]. grid = (width / block, rows up to a limit).
template <typename T>
__device__ void add_gelu(T *rows, const T *bias, u32 count, u32 width)
{
    const u32 x = blockIdx.x * blockDim.x + threadIdx.x;
    if (x >= width) return;
    const float offset = load(bias + x);
    for (u32 row = blockIdx.y; row < count; row += gridDim.y) {
        T *at = rows + (u64)row * width + x;
        const float value = load(at) + offset;
        store(at, 0.5f * value * (1.0f + erff(value * 0.70710678118654752f)));
    }
}

// Softmax of scale * x over each row of [rows, width]. grid = (rows), block = BLOCK threads.
template <typename T>
__device__ void softmax(T *rows, u32 width, float scale)
{
    const u32 BLOCK = 256;
    __shared__ float room[BLOCK];
    T *row = rows + (u64)blockIdx.x * width;
    float highest = -INFINITY;
    for (u32 x = threadIdx.x; x < width; x += BLOCK) highest = fmaxf(highest, load(row + x) * scale);
    room[threadIdx.x] = highest;
    __syncthreads();
    for (u32 half = BLOCK / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) room[threadIdx.x] = fmaxf(room[threadIdx.x], room[threadIdx.x + half]);
        __syncthreads();
    }
    highest = room[0];
    __syncthreads();
    float sum = 0.0f;
    for (u32 x = threadIdx.x; x < width; x += BLOCK) sum += expf(load(row + x) * scale - highest);
    sum = block_sum<float, BLOCK>(sum, room);
    for (u32 x = threadIdx.x; x < width; x += BLOCK)
        store(row + x, expf(load(row + x) * scale - highest) / sum);
}

#define ELEMENTWISE(T)                                                                                                 \
    extern "C" __global__ void add_gelu_##T(T *rows, const T *bias, u32 count, u32 width)                              \
    {                                                                                                                  \
        add_gelu(rows, bias, count, width);                                                                            \
    }                                                                                                                  \
    extern "C" __global__ void softmax_##T(T *rows, u32 width, float scale)                                            \
    {                                                                                                                  \
        softmax(rows, width, scale);                                                                                   \
    }
EACH_TYPE(ELEMENTWISE)
