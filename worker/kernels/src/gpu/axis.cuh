// Linear interpolation along one axis.

// Where `position` of the output lies in the input: the cell below and how far towards the next, 0 in the last cell.
__device__ inline u32 place(u32 position, u32 input, u32 output, bool aligned, double *fraction)
{
    double at;
    if (!aligned) at = (position + 0.5) * ((double)input / (double)output) - 0.5;
    else at = output > 1 ? position * ((input - 1.0) / (output - 1.0)) : 0.0;
    if (at < 0.0) at = 0.0;
    const u32 floored = (u32)at, last = input - 1;
    *fraction = floored >= last ? 0.0 : at - floored;
    return min(floored, last);
}
