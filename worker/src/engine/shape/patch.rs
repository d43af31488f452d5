//! Small pictures, such as the form of a segment.

use super::outline::Outline;
use super::runs::Run;

/// Cells along one side of a patch.
pub(super) const SIDE: usize = 8;

/// Cells of a patch.
pub(super) const CELLS: usize = SIDE * SIDE;

/// A small picture, row by row; the highest value stands for 1. Whole numbers, because most of a comparison is spent
/// on adding them up, and processors add those side by side.
pub(super) type Patch = [u16; CELLS];

/// The form of each segment: which part of each cell of its bounding square it fills.
pub(super) fn masks(runs: &[Run], outlines: &[Outline]) -> Vec<Patch> {
    let mut masks = vec![[0.0; CELLS]; outlines.len()];
    for run in runs {
        let outline = &outlines[run.segment];
        let [width, height] = outline.extent();
        let square = width.max(height);
        let [left, top] = outline.middle().map(|middle| middle - square / 2.0);
        let cell = square / SIDE as f64;
        let along = spread(f64::from(run.start) - left, f64::from(run.end) - left, cell);
        let down = spread(f64::from(run.y) - top, f64::from(run.y) + 1.0 - top, cell);
        let rows = masks[run.segment].chunks_exact_mut(SIDE).zip(down);
        for (row, part) in rows.filter(|(_, part)| *part > 0.0) {
            for (value, length) in row.iter_mut().zip(along) {
                *value += part * length;
            }
        }
    }
    masks.iter().map(patch).collect()
}

/// How much of each cell lies between `start` and `end`, as a share of the cell.
fn spread(start: f64, end: f64, cell: f64) -> [f32; SIDE] {
    std::array::from_fn(|index| {
        let low = index as f64 * cell;
        ((end.min(low + cell) - start.max(low)).max(0.0) / cell) as f32
    })
}

/// A patch from values between 0 and 1.
pub(super) fn patch(values: &[f32; CELLS]) -> Patch {
    values.map(|value| (value * f32::from(u16::MAX) + 0.5) as u16)
}

/// Common part of two patches: sum of minima by sum of maxima. 1 for equal patches, also if both are empty.
pub(super) fn agreement(a: &Patch, b: &Patch) -> f32 {
    let sum: u32 = a.iter().zip(b).map(|(a, b)| u32::from(*a) + u32::from(*b)).sum();
    let difference: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    if sum > 0 { (sum - difference) as f32 / (sum + difference) as f32 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_symmetric_and_one_for_equal_patches() {
        let a: Patch = std::array::from_fn(|index| index as u16);
        let b: Patch = std::array::from_fn(|index| (63 - index) as u16);
        assert_eq!(agreement(&a, &a), 1.0);
        assert_eq!(agreement(&a, &b), agreement(&b, &a));
        assert_eq!(agreement(&[0; CELLS], &[0; CELLS]), 1.0);
        assert_eq!(agreement(&[0; CELLS], &a), 0.0);
    }

    #[test]
    fn parts_of_cells_add_up_to_the_length() {
        let parts = spread(0.5, 3.25, 0.5);
        assert!((parts.iter().sum::<f32>() * 0.5 - 2.75).abs() < 1e-6);
    }
}
