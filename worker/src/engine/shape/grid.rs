//! A small label map of a drawing, to look up which segment lies at a place.

use cel::Labels;

/// Cells along the longer side. Smaller than most pictures, so that it stays in the processor's cache.
const LONGER_SIDE: u32 = 512;

/// Rounds in which labelled cells grow into cells that hold only line.
const GROWTH: usize = 2;

/// Segment of each cell.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    width: usize,
    height: usize,
    step: f32,
    /// Label of each cell, 0 where there is none.
    cells: Vec<u32>,
}

impl Grid {
    /// The label map of a drawing.
    pub fn new(labels: &Labels) -> Self {
        let step = labels.size.width.max(labels.size.height).div_ceil(LONGER_SIDE).max(1);
        let [width, height] =
            [labels.size.width.div_ceil(step), labels.size.height.div_ceil(step)].map(|n| n as usize);
        let mut cells = vec![0; width * height];
        for y in 0..labels.size.height {
            let cells = &mut cells[(y / step) as usize * width..][..width];
            for (block, cell) in labels.row(y).chunks(step as usize).zip(cells) {
                if *cell == 0 {
                    *cell = block.iter().copied().find(|&label| label != 0).unwrap_or(0);
                }
            }
        }
        let mut grid = Self { width, height, step: step as f32, cells };
        for _ in 0..GROWTH {
            grid.grow();
        }
        grid
    }

    /// Gives each empty cell the label of a neighbour: left, right, above, below.
    fn grow(&mut self) {
        let before = self.cells.clone();
        for (index, cell) in self.cells.iter_mut().enumerate().filter(|(_, cell)| **cell == 0) {
            let x = index % self.width.max(1);
            let around = [
                (x > 0).then(|| index - 1),
                (x + 1 < self.width).then_some(index + 1),
                index.checked_sub(self.width),
                Some(index + self.width),
            ];
            *cell = around
                .into_iter()
                .flatten()
                .filter_map(|at| before.get(at).copied())
                .find(|&label| label != 0)
                .unwrap_or(0);
        }
    }

    /// Index of the segment at a pixel, if there is one.
    pub fn at(&self, [x, y]: [f32; 2]) -> Option<usize> {
        let cell = |at: f32, cells: usize| {
            let at = ((at + 0.5) / self.step).floor();
            (at >= 0.0 && at < cells as f32).then_some(at as usize)
        };
        let index = cell(y, self.height)? * self.width + cell(x, self.width)?;
        self.cells[index].checked_sub(1).map(|segment| segment as usize)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        size_of_val(self.cells.as_slice())
    }
}
