//! A picture of yes and no, with a border of no around it.

use crate::Size;

/// A picture of yes and no. Indices are those of its own, wider rows; all neighbours of a pixel of the picture exist.
#[derive(Clone)]
pub(super) struct Grid {
    pub cells: Vec<bool>,
    pub size: Size,
}

impl Grid {
    /// A picture by a question for each index of the image.
    pub fn new(size: Size, is: impl Fn(usize) -> bool) -> Self {
        let (width, height) = (size.width as usize, size.height as usize);
        let mut cells = vec![false; (width + 2) * (height + 2)];
        for y in 0..height {
            for x in 0..width {
                cells[(y + 1) * (width + 2) + x + 1] = is(y * width + x);
            }
        }
        Self { cells, size }
    }

    /// The eight neighbours of a cell, clockwise from the one above.
    pub fn around(&self, at: usize) -> [usize; 8] {
        let row = self.size.width as usize + 2;
        [at - row, at - row + 1, at + 1, at + row + 1, at + row, at + row - 1, at - 1, at - row - 1]
    }

    /// Column and row of a cell in the image.
    pub fn place(&self, at: usize) -> [i32; 2] {
        let row = self.size.width as usize + 2;
        [(at % row) as i32 - 1, (at / row) as i32 - 1]
    }

    /// The cell at this column and row of the image, if it is in it.
    pub fn at(&self, [x, y]: [i32; 2]) -> Option<usize> {
        let inside = (0..self.size.width as i32).contains(&x) && (0..self.size.height as i32).contains(&y);
        inside.then(|| (y + 1) as usize * (self.size.width as usize + 2) + (x + 1) as usize)
    }

    /// The cells that are set.
    pub fn set(&self) -> impl Iterator<Item = usize> {
        self.cells.iter().enumerate().filter(|&(_, &set)| set).map(|(at, _)| at)
    }
}
