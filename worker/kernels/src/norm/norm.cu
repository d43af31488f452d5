// Instance norm without affine parameters, then ReLU, in place. Planes are cut into parts, so that few large planes
// still fill the device: the first kernel sums each part, the second adds the parts up and normalises.

const u32 NORM_BLOCK = 256;
// Values that a thread adds in f32 before it goes on in f64, which is slow on many devices.
const u32 NORM_RUN = 16;

// Of each part: the sums of x - p and (x - p)^2, and p, the first value of the plane. sums [planes, parts, 3].
// grid = (parts, planes), `length` values to a part.
template <typename T>
__device__ void norm_sums(const T *map, double *sums, u32 plane, u32 length)
{
    __shared__ double room[NORM_BLOCK];
    const T *values = map + (u64)blockIdx.y * plane;
    const float first = load(values);
    const u32 start = blockIdx.x * length, end = min(start + length, plane);
    double sum = 0.0, squares = 0.0;
    for (u32 at = start + threadIdx.x; at < end; at += NORM_BLOCK * NORM_RUN) {
        float run = 0.0f, run_squares = 0.0f;
        for (u32 step = 0; step < NORM_RUN; step++) {
            const u32 i = at + step * NORM_BLOCK;
            const float x = i < end ? load(values + i) - first : 0.0f;
            run += x;
            run_squares += x * x;
        }
        sum += run;
        squares += run_squares;
    }
    sum = block_sum<double, NORM_BLOCK>(sum, room);
    squares = block_sum<double, NORM_BLOCK>(squares, room);
    if (threadIdx.x == 0) {
        double *out = sums + ((u64)blockIdx.y * gridDim.x + blockIdx.x) * 3;
        out[0] = sum;
        out[1] = squares;
        out[2] = first;
    }
}

// grid = (parts, planes) as above.
template <typename T>
__device__ void norm_apply(T *map, const double *sums, u32 plane, u32 length, double eps)
{
    T *values = map + (u64)blockIdx.y * plane;
    const double *parts = sums + (u64)blockIdx.y * gridDim.x * 3;
    double sum = 0.0, squares = 0.0;
    for (u32 part = 0; part < gridDim.x; part++) {
        sum += parts[part * 3];
        squares += parts[part * 3 + 1];
    }
    const double offset = sum / plane;
    const double variance = squares / plane - offset * offset;
    const float scale = (float)(1.0 / sqrt((variance > 0.0 ? variance : 0.0) + eps));
    const float mean = (float)(parts[2] + offset);
    const u32 start = blockIdx.x * length, end = min(start + length, plane);
    for (u32 i = start + threadIdx.x; i < end; i += NORM_BLOCK)
        store(values + i, fmaxf((load(values + i) - mean) * scale, 0.0f));
}

#define NORM(T)                                                                                                        \
    extern "C" __global__ void norm_sums_##T(const T *map, double *sums, u32 plane, u32 length)                        \
    {                                                                                                                  \
        norm_sums(map, sums, plane, length);                                                                           \
    }                                                                                                                  \
    extern "C" __global__ void norm_apply_##T(T *map, const double *sums, u32 plane, u32 length, double eps)           \
    {                                                                                                                  \
        norm_apply(map, sums, plane, length, eps);                                                                     \
    }
EACH_TYPE(NORM)
