// The matrix units: products of 16×16 by 16×8 with sums in f32, and what feeds them. Each is a step of a whole warp.

#ifdef __CUDACC__
// Four 8×8 matrices of 16-bit values from shared memory; lane i gives the address of row i % 8 of matrix i / 8.
__device__ inline void load_matrices(u32 *out, const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"((u32)__cvta_generic_to_shared(row)) : "memory");
}

// The same, each matrix transposed.
__device__ inline void load_transposed(u32 *out, const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"((u32)__cvta_generic_to_shared(row)) : "memory");
}

// c += a · b.
__device__ inline void multiply_add(float *c, const u32 *a, const u32 *b, f16)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ inline void multiply_add(float *c, const u32 *a, const u32 *b, bf16)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Starts a copy of 16 bytes into shared memory; zeros where there is nothing to copy.
__device__ inline void start_copy(void *to, const void *from, bool exists)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
                 :: "r"((u32)__cvta_generic_to_shared(to)), "l"(from), "r"(exists ? 16 : 0) : "memory");
}

// Ends a group of copies; `await_copies<N>` waits until at most the last N groups are under way.
__device__ inline void end_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

template <int LAST>
__device__ inline void await_copies() { asm volatile("cp.async.wait_group %0;" :: "n"(LAST) : "memory"); }
#endif

// Two values side by side in a register, the first in the low half.
__device__ inline u32 pack(float low, float high, f16) { return to_f16(low) | (u32)to_f16(high) << 16; }
__device__ inline u32 pack(float low, float high, bf16) { return to_bf16(low) | (u32)to_bf16(high) << 16; }
