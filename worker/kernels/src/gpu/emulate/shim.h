// Runs kernels on the processor: the threads of a block are fibers that change at barriers, blocks follow each other.
// Shared memory is static memory. What happens between barriers is in the order of the threads.

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ucontext.h>
#include <utility>
#include <vector>

#define __device__
#define __global__
#define __shared__ static
#define __align__(n) __attribute__((aligned(n)))

typedef unsigned long long Word;
struct Place { unsigned x, y, z; };
static Place threadIdx, blockIdx, blockDim, gridDim;

static inline float __uint_as_float(unsigned bits) { float value; memcpy(&value, &bits, 4); return value; }
static inline unsigned __float_as_uint(float value) { unsigned bits; memcpy(&bits, &value, 4); return bits; }
static inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }
static inline unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }

// Fibers that wait for each other.
struct Barrier {
    unsigned members = 0, arrived = 0, round = 0;
};

const unsigned MOST = 1024, STACK = 64 * 1024;
static ucontext_t scheduler, fibers[MOST];
static char *stacks[MOST];
static bool done[MOST];
static unsigned current;
static Barrier block_barrier, warp_barriers[MOST / 32];
static unsigned long progress;
static void (*body)(void *);
static void *body_data;

static void wait_at(Barrier &barrier) {
    const unsigned round = barrier.round;
    if (++barrier.arrived == barrier.members) {
        barrier.arrived = 0;
        barrier.round++;
        progress++;
    }
    while (barrier.round == round) swapcontext(&fibers[current], &scheduler);
}

static void __syncthreads() { wait_at(block_barrier); }
static void sync_warp() { wait_at(warp_barriers[current / 32]); }
static void __syncwarp() { sync_warp(); }

static void fiber() {
    body(body_data);
    done[current] = true;
    swapcontext(&fibers[current], &scheduler);
}

static bool run_block(unsigned threads) {
    block_barrier = {threads, 0, 0};
    for (unsigned t = 0; t < threads; t++) {
        if (t % 32 == 0) warp_barriers[t / 32] = {min(32, threads - t), 0, 0};
        if (!stacks[t]) stacks[t] = (char *)malloc(STACK);
        getcontext(&fibers[t]);
        fibers[t].uc_stack.ss_sp = stacks[t];
        fibers[t].uc_stack.ss_size = STACK;
        fibers[t].uc_link = nullptr;
        makecontext(&fibers[t], fiber, 0);
        done[t] = false;
    }
    for (unsigned left = threads; left > 0;) {
        const unsigned long before = progress;
        for (unsigned t = 0; t < threads; t++) {
            if (done[t]) continue;
            current = t;
            threadIdx = {t, 0, 0};
            swapcontext(&scheduler, &fibers[t]);
            if (done[t]) left--, progress++;
        }
        // Some thread waits for one that has ended.
        if (progress == before) return false;
    }
    return true;
}

template <typename T>
static T from_word(Word word) { T value; memcpy(&value, &word, sizeof value); return value; }

template <typename... Types, std::size_t... At>
static bool launch(void (*kernel)(Types...), const Place &grid, unsigned block, const Word *words,
                   std::index_sequence<At...>) {
    auto call = [&] { kernel(from_word<Types>(words[At])...); };
    body_data = &call;
    body = [](void *data) { (*(decltype(call) *)data)(); };
    gridDim = grid;
    blockDim = {block, 1, 1};
    for (unsigned z = 0; z < grid.z; z++)
        for (unsigned y = 0; y < grid.y; y++)
            for (unsigned x = 0; x < grid.x; x++) {
                blockIdx = {x, y, z};
                if (!run_block(block)) return false;
            }
    return true;
}

// 0, or 2 when threads wait for each other in vain.
template <typename... Types>
static int start(void (*kernel)(Types...), const unsigned *grid, unsigned block, const Word *words) {
    const auto at = std::index_sequence_for<Types...>();
    return launch(kernel, {grid[0], grid[1], grid[2]}, block, words, at) ? 0 : 2;
}

// What the lanes of a warp show each other.
static Word shown[MOST][6];

static float __shfl_xor_sync(unsigned, float value, unsigned mask) {
    memcpy(shown[current], &value, 4);
    sync_warp();
    memcpy(&value, shown[current ^ mask], 4);
    sync_warp();
    return value;
}

template <typename T>
static T atomicAdd(T *at, T value) { const T old = *at; *at += value; return old; }
template <typename T>
static T atomicMin(T *at, T value) { const T old = *at; if (value < old) *at = value; return old; }
template <typename T>
static T atomicMax(T *at, T value) { const T old = *at; if (value > old) *at = value; return old; }
template <typename T>
static T atomicCAS(T *at, T expected, T value) { const T old = *at; if (old == expected) *at = value; return old; }
