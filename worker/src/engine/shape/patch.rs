//! Small pictures, such as the form of a segment.

use super::outline::Outline;
use super::runs::Run;

/// Cells along one side of a patch.
pub(super) const SIDE: usize = 8;

/// A small picture with values of 0 and more, row by row.
pub(super) type Patch = [f32; SIDE * SIDE];

/// The form of each segment: which part of each cell of its bounding square it fills.
pub(super) fn masks(runs: &[Run], outlines: &[Outline]) -> Vec<Patch> {
    let mut masks = vec![[0.0; SIDE * SIDE]; outlines.len()];
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
    masks
}

/// How much of each cell lies between `start` and `end`, as a share of the cell.
fn spread(start: f64, end: f64, cell: f64) -> [f32; SIDE] {
    std::array::from_fn(|index| {
        let low = index as f64 * cell;
        ((end.min(low + cell) - start.max(low)).max(0.0) / cell) as f32
    })
}

/// Common part of two patches: sum of minima by sum of maxima. 1 for equal patches, also if both are empty.
pub(super) fn agreement(a: &Patch, b: &Patch) -> f32 {
    // One sum a column: additions that do not wait for each other, which is most of the speed of a comparison.
    let (mut common, mut either) = ([0.0; SIDE], [0.0; SIDE]);
    for (a, b) in a.chunks_exact(SIDE).zip(b.chunks_exact(SIDE)) {
        for column in 0..SIDE {
            let (low, high) =
                if a[column] < b[column] { (a[column], b[column]) } else { (b[column], a[column]) };
            common[column] += low;
            either[column] += high;
        }
    }
    let (common, either): (f32, f32) = (common.iter().sum(), either.iter().sum());
    if either > 0.0 { common / either } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_symmetric_and_one_for_equal_patches() {
        let a: Patch = std::array::from_fn(|index| index as f32);
        let b: Patch = std::array::from_fn(|index| (63 - index) as f32);
        assert_eq!(agreement(&a, &a), 1.0);
        assert_eq!(agreement(&a, &b), agreement(&b, &a));
        assert_eq!(agreement(&[0.0; 64], &[0.0; 64]), 1.0);
        assert_eq!(agreement(&[0.0; 64], &a), 0.0);
    }

    #[test]
    fn parts_of_cells_add_up_to_the_length() {
        let parts = spread(0.5, 3.25, 0.5);
        assert!((parts.iter().sum::<f32>() * 0.5 - 2.75).abs() < 1e-6);
    }
}
