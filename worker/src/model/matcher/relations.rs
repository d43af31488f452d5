//! How two segments of one drawing lie to each other.

/// Numbers that relate two segments of one drawing.
pub const COUNT: usize = 7;

/// Places in a segment's description: x and y in the figure, log area by the figure's.
const X: usize = 2;
const Y: usize = 3;
const SIZE: usize = 5;

/// Square of the distance at which two segments are half near.
const NEAR: f32 = 0.01;

/// `[segments * segments, COUNT]`: contact both ways, contact across traces, offset, nearness, difference of sizes.
///
/// `description` has `width` numbers a segment, `contact` is `[2, segments, segments]`.
pub fn relate(description: &[f32], width: usize, contact: &[f32]) -> Vec<f32> {
    let segments: Vec<&[f32]> = description.chunks_exact(width).collect();
    let count = segments.len();
    let (all, traced) = contact.split_at(count * count);
    let mut relations = Vec::with_capacity(count * count * COUNT);
    for (row, a) in segments.iter().enumerate() {
        for (column, b) in segments.iter().enumerate() {
            let x = (b[X] - a[X]).clamp(-1.0, 1.0);
            let y = (b[Y] - a[Y]).clamp(-1.0, 1.0);
            relations.extend([
                all[row * count + column],
                all[column * count + row],
                traced[row * count + column],
                x,
                y,
                1.0 / (1.0 + (x * x + y * y) / NEAR),
                (b[SIZE] - a[SIZE]).clamp(-2.0, 2.0),
            ]);
        }
    }
    relations
}
