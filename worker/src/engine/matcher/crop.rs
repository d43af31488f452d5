//! The square around the figure, as the U-Net sees it.

use candle_core::Result;
use cel::{Drawing, Labels};
use shiage_kernels::{LabelImage, PoolPlan, Pooling};

use super::bare::ink;

/// Side of the square by the longer side of the figure.
const MARGIN: f32 = 1.1;

/// A square of whole pixels around the figure; it may reach beyond the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Column of its left edge.
    pub left: i64,
    /// Row of its upper edge.
    pub top: i64,
    /// Side in pixels.
    pub side: usize,
}

impl Crop {
    /// The square around a figure with this centre (of pixels) and longer side.
    #[must_use]
    pub fn around(centre: [f32; 2], longer: f32) -> Self {
        let side = (longer * MARGIN).ceil().max(16.0) as usize;
        let [left, top] = centre.map(|at| (at + 0.5 - side as f32 / 2.0).round() as i64);
        Self { left, top, side }
    }

    /// The part of row `y` of the square that lies in a picture of this size: its columns in the picture and in the
    /// square, and the picture's row.
    fn row(&self, y: usize, width: usize, height: usize) -> Option<(usize, std::ops::Range<usize>, usize)> {
        let row = usize::try_from(self.top + y as i64).ok().filter(|&row| row < height)?;
        let start = self.left.clamp(0, width as i64) as usize;
        let end = (self.left + self.side as i64).clamp(0, width as i64) as usize;
        (start < end).then(|| (row, start..end, (start as i64 - self.left) as usize))
    }

    /// `[3, input, input]`: black, blue and red ink of the square, averaged over the area of each cell.
    #[must_use]
    pub fn ink(&self, drawing: &Drawing, input: usize) -> Vec<f32> {
        let spans = spans(self.side, input);
        let mut planes = vec![0.0; 3 * input * input];
        let size = drawing.size;
        for y in 0..self.side {
            let Some((row, columns, offset)) = self.row(y, size.width as usize, size.height as usize) else {
                continue;
            };
            for (x, &pixel) in (offset..).zip(&drawing.row(row as u32)[columns]) {
                let ink = ink(pixel);
                if ink == [0.0; 3] {
                    continue;
                }
                for &(cell_y, part_y) in &spans[y] {
                    for &(cell_x, part_x) in &spans[x] {
                        for (plane, ink) in planes.chunks_exact_mut(input * input).zip(ink) {
                            plane[cell_y * input + cell_x] += part_y * part_x * ink;
                        }
                    }
                }
            }
        }
        planes
    }

    /// Plans the pooling of square maps of `grids` cells a side over the segments.
    ///
    /// # Errors
    /// When a grid has no cells.
    pub fn plans(&self, labels: &Labels, grids: &[usize]) -> Result<Vec<PoolPlan>> {
        let mut square = vec![0; self.side * self.side];
        for (y, out) in square.chunks_exact_mut(self.side).enumerate() {
            let size = labels.size;
            if let Some((row, columns, offset)) = self.row(y, size.width as usize, size.height as usize) {
                out[offset..][..columns.len()].copy_from_slice(&labels.row(row as u32)[columns]);
            }
        }
        let image = LabelImage { labels: &square, width: self.side, segments: labels.count as usize };
        grids.iter().map(|&grid| PoolPlan::new(&image, (grid, grid), Pooling::FullSize)).collect()
    }
}

/// For each of `pixels` along one axis: the cells it covers, with the part of each cell.
fn spans(pixels: usize, cells: usize) -> Vec<Vec<(usize, f32)>> {
    let scale = cells as f64 / pixels as f64;
    let span = |pixel: usize| {
        let (start, end) = (pixel as f64 * scale, (pixel + 1) as f64 * scale);
        let covered = start as usize..(end.ceil() as usize).min(cells);
        let part = |cell: usize| end.min(cell as f64 + 1.0) - start.max(cell as f64);
        covered.map(|cell| (cell, part(cell) as f32)).filter(|&(_, part)| part > 0.0).collect()
    };
    (0..pixels).map(span).collect()
}
