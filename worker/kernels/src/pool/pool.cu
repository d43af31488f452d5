// Segment pooling: the sparse matrix of a plan times a feature map. Sums run in f64 in an order that does not vary.

// Channels next to each other: map [cells, channels], out [segments, channels].
// grid = (segments, channels / BLOCK), a thread for each channel, which adds in the order of the entries.
template <typename T>
__device__ void pool_together(
    const T *map, const u32 *offsets, const u32 *cells, const float *weights, float *out, u32 channels)
{
    const u32 segment = blockIdx.x, channel = blockIdx.y * blockDim.x + threadIdx.x;
    if (channel >= channels) return;
    double sum = 0.0;
    for (u32 entry = offsets[segment]; entry < offsets[segment + 1]; entry++)
        sum += (double)weights[entry] * (double)load(map + (u64)cells[entry] * channels + channel);
    out[(u64)segment * channels + channel] = (float)sum;
}

// Channels apart: map [channels, plane], out [segments, channels]. grid = (segments, channels), block = BLOCK threads.
template <typename T>
__device__ void pool_apart(
    const T *map, const u32 *offsets, const u32 *cells, const float *weights, float *out, u32 channels, u32 plane)
{
    const u32 BLOCK = 128;
    __shared__ double room[BLOCK];
    const u32 segment = blockIdx.x, channel = blockIdx.y;
    const T *values = map + (u64)channel * plane;
    const u32 end = offsets[segment + 1];
    double sum = 0.0;
    for (u32 entry = offsets[segment] + threadIdx.x; entry < end; entry += BLOCK)
        sum += (double)weights[entry] * (double)load(values + cells[entry]);
    sum = block_sum<double, BLOCK>(sum, room);
    if (threadIdx.x == 0) out[(u64)segment * channels + channel] = (float)sum;
}

#define POOL(T)                                                                                                        \
    extern "C" __global__ void pool_together_##T(const T *map, const u32 *offsets, const u32 *cells,                   \
                                                 const float *weights, float *out, u32 channels)                       \
    {                                                                                                                  \
        pool_together(map, offsets, cells, weights, out, channels);                                                    \
    }                                                                                                                  \
    extern "C" __global__ void pool_apart_##T(const T *map, const u32 *offsets, const u32 *cells,                      \
                                              const float *weights, float *out, u32 channels, u32 plane)               \
    {                                                                                                                  \
        pool_apart(map, offsets, cells, weights, out, channels, plane);                                                \
    }
EACH_TYPE(POOL)
