// Labels of a drawing's segments. A component is a tree of pixels whose root is its first pixel in raster order, so
// roots in raster order are the components in the order they are numbered in.

// The key of pixels that are no line, and of black line pixels; those of other line pixels are their colours.
const u32 OPEN = 0xffffffffu, BLACK = 0;
// Pixels that a block counts.
const u32 COUNTED = 1024;
// The mark of a component of coloured pixels among labels.
const u32 TRACE = 0x80000000u;
const u64 UNUSED = 0xffffffffffffffffull;

__device__ inline u32 root_of(const u32 *parents, u32 pixel)
{
    while (parents[pixel] != pixel) pixel = parents[pixel];
    return pixel;
}

__device__ inline void join(u32 *parents, u32 a, u32 b)
{
    for (;;) {
        a = root_of(parents, a);
        b = root_of(parents, b);
        if (a == b) return;
        const u32 low = min(a, b), high = max(a, b);
        // What `high` hung from before must be joined as well, unless it was a root still.
        const u32 old = atomicMin(&parents[high], low);
        if (old == high) return;
        a = old;
        b = low;
    }
}

// pixels [count, 4] of bytes, keys and parents [count]. grid = (count / block).
extern "C" __global__ void label_keys(const unsigned char *pixels, u32 *keys, u32 *parents, u32 count, u32 by_alpha)
{
    const u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count) return;
    const unsigned char *pixel = pixels + (u64)i * 4;
    const u32 colour = (u32)pixel[0] << 16 | (u32)pixel[1] << 8 | pixel[2];
    const bool open = by_alpha != 0 ? pixel[3] == 0 : colour == 0xffffffu;
    keys[i] = open ? OPEN : colour;
    parents[i] = i;
}

// Joins neighbours of one key: 4-connected if they are no line, else 8-connected. grid as above.
extern "C" __global__ void label_join(const u32 *keys, u32 *parents, u32 width, u32 count)
{
    const u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count || keys[i] == BLACK) return;
    const u32 key = keys[i], x = i % width;
    const bool corners = key != OPEN;
    if (x > 0 && keys[i - 1] == key) join(parents, i, i - 1);
    if (i < width) return;
    if (keys[i - width] == key) join(parents, i, i - width);
    if (corners && x > 0 && keys[i - width - 1] == key) join(parents, i, i - width - 1);
    if (corners && x + 1 < width && keys[i - width + 1] == key) join(parents, i, i - width + 1);
}

// Hangs every pixel from its root. grid as above.
extern "C" __global__ void label_flatten(u32 *parents, u32 count)
{
    const u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) parents[i] = root_of(parents, i);
}

// How many regions have their first pixel in each stretch of COUNTED pixels: counts [stretches]. grid = (stretches),
// block = COUNTED threads.
extern "C" __global__ void label_count(const u32 *keys, const u32 *parents, u32 *counts, u32 count)
{
    __shared__ u32 room[COUNTED];
    const u32 i = blockIdx.x * COUNTED + threadIdx.x;
    const u32 first = i < count && keys[i] == OPEN && parents[i] == i ? 1 : 0;
    const u32 sum = block_sum<u32, COUNTED>(first, room);
    if (threadIdx.x == 0) counts[blockIdx.x] = sum;
}

// Numbers the first pixels of regions from 1: `before` [stretches] says how many lie in the stretches before. Other
// pixels get 0. grid and block as above.
extern "C" __global__ void label_number(const u32 *keys, const u32 *parents, const u32 *before, u32 *labels, u32 count)
{
    __shared__ u32 room[COUNTED];
    const u32 i = blockIdx.x * COUNTED + threadIdx.x;
    const bool first = i < count && keys[i] == OPEN && parents[i] == i;
    room[threadIdx.x] = first ? 1 : 0;
    __syncthreads();
    for (u32 reach = 1; reach < COUNTED; reach *= 2) {
        const u32 more = threadIdx.x >= reach ? room[threadIdx.x - reach] : 0;
        __syncthreads();
        room[threadIdx.x] += more;
        __syncthreads();
    }
    if (i < count) labels[i] = first ? before[blockIdx.x] + room[threadIdx.x] : 0;
}

// Gives every pixel the label of its root. grid = (count / block).
extern "C" __global__ void label_spread(const u32 *keys, const u32 *parents, u32 *labels, u32 count)
{
    const u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count && keys[i] != BLACK && parents[i] != i) labels[i] = labels[parents[i]];
}

// Adds a contact to the table: `pairs` [size] of component and neighbour, `counts` [size]; size is a power of two.
__device__ inline bool add_contact(u64 *pairs, u32 *counts, u32 size, u32 component, u32 neighbour)
{
    const u64 pair = (u64)component << 32 | neighbour;
    u32 slot = (u32)((pair * 0x9e3779b97f4a7c15ull) >> 32);
    for (u32 tries = 0; tries < size; tries++, slot++) {
        slot &= size - 1;
        const u64 found = atomicCAS(&pairs[slot], UNUSED, pair);
        if (found == UNUSED || found == pair) {
            atomicAdd(&counts[slot], 1u);
            return true;
        }
    }
    return false;
}

// Counts, for every component of coloured pixels, the pixels at most one step away from it by their region, or by their
// own component, which is marked with TRACE. `totals` gets the number of components in [0], whether the table was too
// small in [1]; `components` [limit, 2] their first pixels and colours, in any order. grid = (count / block).
extern "C" __global__ void label_contacts(const u32 *keys, const u32 *parents, const u32 *labels, u64 *pairs,
                                          u32 *counts, u32 *components, u32 *totals, u32 width, u32 count, u32 size,
                                          u32 limit)
{
    const u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= count || keys[i] == BLACK) return;
    const bool trace = keys[i] != OPEN;
    if (trace && parents[i] == i) {
        const u32 at = atomicAdd(&totals[0], 1u);
        if (at < limit) {
            components[at * 2] = i;
            components[at * 2 + 1] = keys[i];
        }
    }
    const u32 neighbour = trace ? parents[i] | TRACE : labels[i];
    const u32 x = i % width, y = i / width, height = count / width;
    u32 seen[8], number = 0;
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            if ((dy < 0 && y == 0) || (dy > 0 && y + 1 == height)) continue;
            if ((dx < 0 && x == 0) || (dx > 0 && x + 1 == width)) continue;
            const u32 j = i + (u32)(dy * (int)width + dx);
            if (keys[j] == OPEN || keys[j] == BLACK) continue;
            const u32 component = parents[j];
            bool known = trace && component == parents[i];
            for (u32 k = 0; k < number; k++) known = known || seen[k] == component;
            if (known) continue;
            seen[number++] = component;
            if (!add_contact(pairs, counts, size, component, neighbour)) totals[1] = 1;
        }
    }
}

// Gives first pixels their labels: [count, 2] of pixel and label. grid = (count / block).
extern "C" __global__ void label_assign(const u32 *given, u32 *labels, u32 count)
{
    const u32 i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) labels[given[i * 2]] = given[i * 2 + 1];
}
