// The matrix units and conversions, lane by lane as the instruction set describes them. Comes after types.cuh.

float load(const f16 *at) { _Float16 value; memcpy(&value, at, 2); return (float)value; }
unsigned short to_f16(float value) {
    const _Float16 half = (_Float16)value;
    unsigned short bits;
    memcpy(&bits, &half, 2);
    return bits;
}

static void gather(u32 *out, const void *row, bool transposed) {
    const Word address = (Word)row;
    memcpy(shown[current], &address, 8);
    sync_warp();
    const u32 lane = current % 32, warp = current / 32 * 32;
    for (u32 matrix = 0; matrix < 4; matrix++) {
        u32 packed = 0;
        for (u32 i = 0; i < 2; i++) {
            const u32 major = lane / 4, minor = lane % 4 * 2 + i;
            const u32 y = transposed ? minor : major, x = transposed ? major : minor;
            const unsigned short *values;
            memcpy(&values, shown[warp + matrix * 8 + y], 8);
            packed |= (u32)values[x] << 16 * i;
        }
        out[matrix] = packed;
    }
    sync_warp();
}

static void load_matrices(u32 *out, const void *row) { gather(out, row, false); }
static void load_transposed(u32 *out, const void *row) { gather(out, row, true); }

template <typename T>
static float half_of(u32 packed, u32 which) {
    T value;
    value.bits = (unsigned short)(packed >> 16 * which);
    return load(&value);
}

template <typename T>
static void multiply_add(float *c, const u32 *a, const u32 *b, T) {
    memcpy(shown[current], a, 16);
    memcpy(shown[current] + 2, b, 8);
    sync_warp();
    const u32 lane = current % 32, warp = current / 32 * 32;
    for (u32 i = 0; i < 4; i++) {
        const u32 row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        for (u32 k = 0; k < 16; k++) {
            // A: rows lane / 4 and 8 below, pairs of columns, then 8 columns on. B the same, transposed.
            u32 left[4], right[2];
            memcpy(left, shown[warp + row % 8 * 4 + k % 8 / 2], 16);
            memcpy(right, shown[warp + column * 4 + k % 8 / 2] + 2, 8);
            c[i] += half_of<T>(left[row / 8 + k / 8 * 2], k % 2) * half_of<T>(right[k / 8], k % 2);
        }
    }
    sync_warp();
}

static void start_copy(void *to, const void *from, bool exists) {
    if (exists) memcpy(to, from, 16);
    else memset(to, 0, 16);
}
static void end_copies() {}
template <int LAST>
static void await_copies() {}
