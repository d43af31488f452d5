// Attention without the scores ever being in memory: each block keeps some queries and goes over all keys, holding the
// highest score, the sum of powers and the mixed values of each query (online softmax).
//
// rows [batch, tokens, 3, heads, 64] hold query, key and value of each token and head; out [batch, tokens, heads, 64].
// `scale` is that of the scores times log2(e): powers are of two.

const u32 WIDTH = 64;

// For 16-bit types, on the matrix units. grid = (tokens / 64, heads, batch), block = 128: each of four warps has 16
// queries. Rows in shared memory have 8 values of padding, so that the 8 rows of a matrix lie in different banks.
template <typename T>
__device__ void attention_matrix(const T *rows, T *out, u32 tokens, u32 heads, float scale)
{
    const u32 KEYS = 64, STRIDE = WIDTH + 8;
    __shared__ __align__(16) T key_room[2][KEYS * STRIDE];
    __shared__ __align__(16) T value_room[2][KEYS * STRIDE];
    const u32 lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const u32 step = 3 * heads * WIDTH;
    const T *base = rows + (u64)blockIdx.z * tokens * step + blockIdx.y * WIDTH;
    const T *keys = base + heads * WIDTH, *values = base + 2 * heads * WIDTH;

    auto fetch = [&](u32 tile) {
        for (u32 piece = threadIdx.x; piece < KEYS * WIDTH / 8; piece += 128) {
            const u32 row = piece / (WIDTH / 8), column = piece % (WIDTH / 8) * 8;
            const u32 token = tile * KEYS + row;
            const u64 at = (u64)min(token, tokens - 1) * step + column;
            start_copy(&key_room[tile % 2][row * STRIDE + column], keys + at, token < tokens);
            start_copy(&value_room[tile % 2][row * STRIDE + column], values + at, token < tokens);
        }
        end_copies();
    };

    // The queries of a warp as the left operand: rows lane / 4 and 8 below, columns of 16 in each step.
    const u32 upper = blockIdx.x * 64 + warp * 16 + lane / 4, lower = upper + 8;
    u32 query[WIDTH / 16][4];
    for (u32 k = 0; k < WIDTH / 16; k++) {
        for (u32 part = 0; part < 4; part++) {
            const u32 token = part % 2 == 0 ? upper : lower;
            const u32 column = k * 16 + lane % 4 * 2 + part / 2 * 8;
            query[k][part] = *(const u32 *)(base + (u64)min(token, tokens - 1) * step + column);
        }
    }

    float mixed[WIDTH / 8][4] = {};
    float highest[2] = {-INFINITY, -INFINITY}, sum[2] = {0.0f, 0.0f};
    const u32 tiles = (tokens + KEYS - 1) / KEYS;
    fetch(0);
    for (u32 tile = 0; tile < tiles; tile++) {
        if (tile + 1 < tiles) fetch(tile + 1);
        else end_copies();
        await_copies<1>();
        __syncthreads();
        const T *tile_keys = key_room[tile % 2], *tile_values = value_room[tile % 2];

        // Scores of 16 queries and 64 keys: for each 8 keys the four values of a lane.
        float scores[KEYS / 8][4] = {};
        for (u32 k = 0; k < WIDTH / 16; k += 2) {
            for (u32 n = 0; n < KEYS / 8; n++) {
                u32 operand[4];
                load_matrices(operand, tile_keys + (n * 8 + lane % 8) * STRIDE + k * 16 + lane / 8 * 8);
                multiply_add(scores[n], query[k], operand, T());
                multiply_add(scores[n], query[k + 1], operand + 2, T());
            }
        }

        // A lane has values of two queries; four lanes share them.
        float peak[2] = {highest[0], highest[1]};
        for (u32 n = 0; n < KEYS / 8; n++) {
            for (u32 i = 0; i < 4; i++) {
                const u32 token = tile * KEYS + n * 8 + lane % 4 * 2 + i % 2;
                scores[n][i] = token < tokens ? scores[n][i] * scale : -INFINITY;
                peak[i / 2] = fmaxf(peak[i / 2], scores[n][i]);
            }
        }
        for (u32 half = 0; half < 2; half++) {
            peak[half] = fmaxf(peak[half], __shfl_xor_sync(0xffffffffu, peak[half], 1));
            peak[half] = fmaxf(peak[half], __shfl_xor_sync(0xffffffffu, peak[half], 2));
            const float shrink = exp2f(highest[half] - peak[half]);
            highest[half] = peak[half];
            sum[half] *= shrink;
            for (u32 n = 0; n < WIDTH / 8; n++) {
                mixed[n][half * 2] *= shrink;
                mixed[n][half * 2 + 1] *= shrink;
            }
        }
        for (u32 n = 0; n < KEYS / 8; n++) {
            for (u32 i = 0; i < 4; i++) {
                scores[n][i] = exp2f(scores[n][i] - highest[i / 2]);
                sum[i / 2] += scores[n][i];
            }
        }

        // The powers are the left operand of the product with the values, as they lie.
        for (u32 k = 0; k < KEYS / 16; k++) {
            const u32 power[4] = {
                pack(scores[2 * k][0], scores[2 * k][1], T()),
                pack(scores[2 * k][2], scores[2 * k][3], T()),
                pack(scores[2 * k + 1][0], scores[2 * k + 1][1], T()),
                pack(scores[2 * k + 1][2], scores[2 * k + 1][3], T()),
            };
            for (u32 n = 0; n < WIDTH / 8; n += 2) {
                u32 operand[4];
                const u32 row = k * 16 + lane % 16, column = n * 8 + lane / 16 * 8;
                load_transposed(operand, tile_values + row * STRIDE + column);
                multiply_add(mixed[n], power, operand, T());
                multiply_add(mixed[n + 1], power, operand + 2, T());
            }
        }
        __syncthreads();
    }

    for (u32 half = 0; half < 2; half++) {
        sum[half] += __shfl_xor_sync(0xffffffffu, sum[half], 1);
        sum[half] += __shfl_xor_sync(0xffffffffu, sum[half], 2);
        const u32 token = half == 0 ? upper : lower;
        if (token >= tokens) continue;
        T *row = out + (((u64)blockIdx.z * tokens + token) * heads + blockIdx.y) * WIDTH;
        for (u32 n = 0; n < WIDTH / 8; n++) {
            const float low = mixed[n][half * 2] / sum[half], high = mixed[n][half * 2 + 1] / sum[half];
            *(u32 *)(row + n * 8 + lane % 4 * 2) = pack(low, high, T());
        }
    }
}

extern "C" __global__ void attention_f16(const f16 *rows, f16 *out, u32 tokens, u32 heads, float scale)
{
    attention_matrix(rows, out, tokens, heads, scale);
}

extern "C" __global__ void attention_bf16(const bf16 *rows, bf16 *out, u32 tokens, u32 heads, float scale)
{
    attention_matrix(rows, out, tokens, heads, scale);
}

// For f32, in f32 throughout. grid = (tokens / 64, heads, batch), block = 256: thread (y, x) of 16 × 16 has queries
// 4 y .. 4 y + 3, of each tile of keys x and x + 16, and of the values columns x, x + 16, x + 32 and x + 48.
extern "C" __global__ void attention_f32(const float *rows, float *out, u32 tokens, u32 heads, float scale)
{
    const u32 QUERIES = 64, KEYS = 32, STRIDE = WIDTH + 1;
    __shared__ float queries[QUERIES * STRIDE];
    __shared__ float keys[KEYS * STRIDE];
    __shared__ float values[KEYS * WIDTH];
    __shared__ float powers[QUERIES * (KEYS + 1)];
    const u32 x = threadIdx.x % 16, y = threadIdx.x / 16;
    const u32 step = 3 * heads * WIDTH;
    const float *base = rows + (u64)blockIdx.z * tokens * step + blockIdx.y * WIDTH;

    for (u32 i = threadIdx.x; i < QUERIES * WIDTH; i += 256) {
        const u32 token = blockIdx.x * QUERIES + i / WIDTH;
        queries[i / WIDTH * STRIDE + i % WIDTH] = token < tokens ? base[(u64)token * step + i % WIDTH] * scale : 0.0f;
    }
    float mixed[4][4] = {}, sum[4] = {};
    float highest[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
    for (u32 first = 0; first < tokens; first += KEYS) {
        __syncthreads();
        for (u32 i = threadIdx.x; i < KEYS * WIDTH; i += 256) {
            const u32 token = first + i / WIDTH;
            const float *row = base + (u64)min(token, tokens - 1) * step + i % WIDTH;
            keys[i / WIDTH * STRIDE + i % WIDTH] = token < tokens ? row[heads * WIDTH] : 0.0f;
            values[i] = token < tokens ? row[2 * heads * WIDTH] : 0.0f;
        }
        __syncthreads();
        float scores[4][2] = {};
        for (u32 k = 0; k < WIDTH; k++) {
            const float left = keys[x * STRIDE + k], right = keys[(x + 16) * STRIDE + k];
            for (u32 i = 0; i < 4; i++) {
                const float query = queries[(y * 4 + i) * STRIDE + k];
                scores[i][0] = fmaf(query, left, scores[i][0]);
                scores[i][1] = fmaf(query, right, scores[i][1]);
            }
        }
        for (u32 i = 0; i < 4; i++) {
            if (first + x >= tokens) scores[i][0] = -INFINITY;
            if (first + x + 16 >= tokens) scores[i][1] = -INFINITY;
            float peak = fmaxf(highest[i], fmaxf(scores[i][0], scores[i][1]));
            for (u32 other = 1; other < 16; other *= 2)
                peak = fmaxf(peak, __shfl_xor_sync(0xffffffffu, peak, other));
            const float shrink = exp2f(highest[i] - peak);
            const float left = exp2f(scores[i][0] - peak), right = exp2f(scores[i][1] - peak);
            highest[i] = peak;
            sum[i] = sum[i] * shrink + left + right;
            for (u32 j = 0; j < 4; j++) mixed[i][j] *= shrink;
            powers[(y * 4 + i) * (KEYS + 1) + x] = left;
            powers[(y * 4 + i) * (KEYS + 1) + x + 16] = right;
        }
        __syncthreads();
        for (u32 k = 0; k < KEYS; k++) {
            for (u32 i = 0; i < 4; i++) {
                const float power = powers[(y * 4 + i) * (KEYS + 1) + k];
                for (u32 j = 0; j < 4; j++) mixed[i][j] = fmaf(power, values[k * WIDTH + x + 16 * j], mixed[i][j]);
            }
        }
    }
    for (u32 i = 0; i < 4; i++) {
        for (u32 other = 1; other < 16; other *= 2) sum[i] += __shfl_xor_sync(0xffffffffu, sum[i], other);
        const u32 token = blockIdx.x * QUERIES + y * 4 + i;
        if (token >= tokens) continue;
        float *row = out + (((u64)blockIdx.z * tokens + token) * heads + blockIdx.y) * WIDTH;
        for (u32 j = 0; j < 4; j++) row[x + 16 * j] = mixed[i][j] / sum[i];
    }
}
