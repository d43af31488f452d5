// The matrix of segment pooling from a label image. A segment has an entry for each cell of the box around its cells;
// weights are added up as whole numbers, so that the order they come in makes no difference.

// Neighbouring coarse cells that a thread works on; what they add to one cell of the map is added at once.
const u32 STRETCH = 8;
// Weights are multiples of 1 / ONE, and fractions of a coarse cell's place 2^30ths.
const u64 ONE = 1ull << 36;

// The weights of some coarse cells of one segment between the same four cells of the map.
struct Run {
    u32 segment, above, left, cells;
    u64 above_left, above_right, below_left, below_right;
};

// The labels [height, width] of an image, max-pooled by down × across to rows × columns, over a map of `map_height` ×
// `map_width` cells. Labels above `segments` set `wrong`.
struct Image {
    const u32 *labels;
    u32 *wrong;
    u32 segments, width, down, across, rows, columns, map_height, map_width;
};

// Calls `finish` for the runs of a stretch of coarse cells. grid = (columns / (block · STRETCH), rows).
template <typename Finish>
__device__ void each_run(const Image image, Finish finish)
{
    const u32 y = blockIdx.y, start = (blockIdx.x * blockDim.x + threadIdx.x) * STRETCH;
    double fraction;
    Run run = {0, place(y, image.map_height, image.rows, false, &fraction), 0, 0, 0, 0, 0, 0};
    const u64 down = (u64)(fraction * 1073741824.0 + 0.5);
    for (u32 x = start; x < min(start + STRETCH, image.columns); x++) {
        const u32 left = place(x, image.map_width, image.columns, false, &fraction);
        const u64 across = (u64)(fraction * 1073741824.0 + 0.5);
        const u64 both = (down * across) >> 24;
        const u32 *block = image.labels + (u64)y * image.down * image.width + x * image.across;
        for (u32 i = 0; i < image.down * image.across; i++) {
            const u32 label = block[(u64)(i / image.across) * image.width + i % image.across];
            bool counts = label != 0;
            for (u32 j = 0; j < i && counts; j++)
                counts = block[(u64)(j / image.across) * image.width + j % image.across] != label;
            if (counts && label > image.segments) *image.wrong = 1;
            if (!counts || label > image.segments) continue;
            if (run.cells > 0 && (run.segment != label - 1 || run.left != left)) {
                finish(run);
                run = {0, run.above, 0, 0, 0, 0, 0, 0};
            }
            run.segment = label - 1;
            run.left = left;
            run.cells++;
            run.above_left += ONE - (down << 6) - (across << 6) + both;
            run.above_right += (across << 6) - both;
            run.below_left += (down << 6) - both;
            run.below_right += both;
        }
    }
    if (run.cells > 0) finish(run);
}

// Coarse cells of each segment, counts [segments], and the cells of the map that have a weight, boxes [segments, 4]:
// lowest and highest row, lowest and highest column.
extern "C" __global__ void plan_measure(const u32 *labels, u32 *wrong, u32 *counts, u32 *boxes, u32 segments, u32 width,
                                        u32 down, u32 across, u32 rows, u32 columns, u32 map_height, u32 map_width)
{
    each_run({labels, wrong, segments, width, down, across, rows, columns, map_height, map_width}, [&](const Run &run) {
        u32 *box = boxes + (u64)run.segment * 4;
        atomicAdd(&counts[run.segment], run.cells);
        atomicMin(&box[0], run.above);
        atomicMax(&box[1], run.below_left + run.below_right > 0 ? run.above + 1 : run.above);
        atomicMin(&box[2], run.left);
        atomicMax(&box[3], run.above_right + run.below_right > 0 ? run.left + 1 : run.left);
    });
}

// Adds up the weights of every cell of every box: sums [offsets[segments]].
extern "C" __global__ void plan_scatter(const u32 *labels, u32 *wrong, const u32 *boxes, const u32 *offsets, u64 *sums,
                                        u32 segments, u32 width, u32 down, u32 across, u32 rows, u32 columns,
                                        u32 map_height, u32 map_width)
{
    each_run({labels, wrong, segments, width, down, across, rows, columns, map_height, map_width}, [&](const Run &run) {
        const u32 *box = boxes + (u64)run.segment * 4;
        const u32 stride = box[3] - box[2] + 1;
        u64 *at = sums + offsets[run.segment] + (u64)(run.above - box[0]) * stride + (run.left - box[2]);
        if (run.above_left > 0) atomicAdd(&at[0], run.above_left);
        if (run.above_right > 0) atomicAdd(&at[1], run.above_right);
        if (run.below_left > 0) atomicAdd(&at[stride], run.below_left);
        if (run.below_right > 0) atomicAdd(&at[stride + 1], run.below_right);
    });
}

// The plan's arrays from the sums: cells and weights [offsets[segments]]. grid = (segments).
extern "C" __global__ void plan_finish(const u64 *sums, const u32 *counts, const u32 *boxes, const u32 *offsets,
                                       u32 *cells, float *weights, u32 map_width)
{
    const u32 segment = blockIdx.x, start = offsets[segment], size = offsets[segment + 1] - start;
    const u32 *box = boxes + (u64)segment * 4;
    for (u32 i = threadIdx.x; i < size; i += blockDim.x) {
        const u32 stride = box[3] - box[2] + 1;
        cells[start + i] = (box[0] + i / stride) * map_width + box[2] + i % stride;
        weights[start + i] = (float)((double)sums[start + i] / (double)ONE / (double)counts[segment]);
    }
}
