// What every kernel starts with: the three types of maps, and sums over a block. Arithmetic is always in f32 or f64.

struct f16 { unsigned short bits; };
struct bf16 { unsigned short bits; };
typedef float f32;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif

__device__ inline float load(const f32 *at) { return *at; }
__device__ inline void store(f32 *at, float value) { *at = value; }

__device__ inline float load(const bf16 *at) { return __uint_as_float((u32)at->bits << 16); }

// To the nearest, ties to even; what is no number stays none.
__device__ inline unsigned short to_bf16(float value) {
    const u32 bits = __float_as_uint(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (unsigned short)(bits >> 16 | 0x40u);
    return (unsigned short)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

__device__ inline void store(bf16 *at, float value) { at->bits = to_bf16(value); }

#ifdef __CUDACC__
__device__ inline float load(const f16 *at) {
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(at->bits));
    return value;
}

__device__ inline unsigned short to_f16(float value) {
    unsigned short bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
    return bits;
}
#else
float load(const f16 *at);
unsigned short to_f16(float value);
#endif

__device__ inline void store(f16 *at, float value) { at->bits = to_f16(value); }

// Instances of a kernel for every type of map.
#define EACH_TYPE(INSTANCE) INSTANCE(f32) INSTANCE(f16) INSTANCE(bf16)

// The sum of one value of each of BLOCK threads, by a fixed tree; every thread gets it. `room` holds BLOCK values.
template <typename T, u32 BLOCK>
__device__ inline T block_sum(T value, T *room) {
    room[threadIdx.x] = value;
    __syncthreads();
    for (u32 width = BLOCK / 2; width > 0; width /= 2) {
        if (threadIdx.x < width) room[threadIdx.x] += room[threadIdx.x + width];
        __syncthreads();
    }
    const T sum = room[0];
    __syncthreads();
    return sum;
}
