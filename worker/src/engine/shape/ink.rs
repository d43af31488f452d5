//! How the ink lies around a place.

use cel::Labels;

use super::patch::{CELLS, Patch, SIDE, patch};

/// Ink (label 0) counted over all rectangles from the top left corner.
#[derive(Clone, Debug)]
pub(super) struct InkSums {
    width: usize,
    height: usize,
    sums: Vec<u32>,
}

impl InkSums {
    /// Counts the ink of a drawing.
    pub fn new(labels: &Labels) -> Self {
        let [width, height] = [labels.size.width, labels.size.height].map(|n| n as usize);
        let stride = width + 1;
        let mut sums = vec![0; stride * (height + 1)];
        for y in 0..height {
            let (above, below) = sums[y * stride..].split_at_mut(stride);
            let mut row_sum = 0;
            for ((&label, &above), sum) in labels.row(y as u32).iter().zip(&above[1..]).zip(&mut below[1..]) {
                row_sum += u32::from(label == 0);
                *sum = above + row_sum;
            }
        }
        Self { width, height, sums }
    }

    /// Ink in the square of `side` pixels around `centre`: its share in each cell, a little blurred.
    pub fn around(&self, centre: [f32; 2], side: f32) -> Patch {
        let columns = edges(centre[0], side, self.width);
        let rows = edges(centre[1], side, self.height);
        let sum = |row: usize, column: usize| self.sums[rows[row] * (self.width + 1) + columns[column]];
        let counts: [f32; CELLS] = std::array::from_fn(|index| {
            let (row, column) = (index / SIDE, index % SIDE);
            (sum(row + 1, column + 1) + sum(row, column) - sum(row, column + 1) - sum(row + 1, column)) as f32
        });
        let total = counts.iter().sum::<f32>().max(1.0);
        patch(&blurred(&counts).map(|value| value / total))
    }
}

/// Pixel edges of the cells along one axis, kept inside the picture.
fn edges(centre: f32, side: f32, limit: usize) -> [usize; SIDE + 1] {
    std::array::from_fn(|index| {
        let at = centre + 0.5 + side * (index as f32 / SIDE as f32 - 0.5);
        (at.clamp(0.0, limit as f32) + 0.5) as usize
    })
}

/// Each cell with a part of the cells beside it, so that a small move changes little. The sum stays.
fn blurred(counts: &[f32; CELLS]) -> [f32; CELLS] {
    let smooth = |from: &[f32; CELLS], step: usize, along: fn(usize) -> usize| -> [f32; CELLS] {
        std::array::from_fn(|index| {
            let low = if along(index) > 0 { from[index - step] } else { from[index] };
            let high = if along(index) + 1 < SIDE { from[index + step] } else { from[index] };
            (low + 2.0 * from[index] + high) / 4.0
        })
    };
    smooth(&smooth(counts, 1, |index| index % SIDE), SIDE, |index| index / SIDE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cel::Size;

    fn total(patch: &Patch) -> f32 {
        patch.iter().map(|&value| f32::from(value) / f32::from(u16::MAX)).sum()
    }

    #[test]
    fn shares_add_up_and_an_empty_square_is_empty() {
        let size = Size { width: 40, height: 30 };
        let mut labels = Labels { size, labels: vec![1; size.pixels()], count: 1 };
        assert_eq!(InkSums::new(&labels).around([20.0, 15.0], 20.0), [0; CELLS]);
        labels.labels[15 * 40 + 20] = 0;
        let patch = InkSums::new(&labels).around([20.0, 15.0], 20.0);
        assert!((total(&patch) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn squares_beyond_the_edge_hold_what_is_inside() {
        let size = Size { width: 4, height: 4 };
        let labels = Labels { size, labels: vec![0; 16], count: 0 };
        let patch = InkSums::new(&labels).around([0.0, 0.0], 1000.0);
        assert!((total(&patch) - 1.0).abs() < 1e-3);
    }
}
