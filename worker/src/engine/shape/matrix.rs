//! One value for each pair of a target segment and a reference segment.

/// Values row by row; rows are target segments, columns reference segments.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    /// Number of columns.
    pub columns: usize,
    /// All values.
    pub values: Vec<f32>,
}

impl Matrix {
    /// All zero.
    pub fn new(rows: usize, columns: usize) -> Self {
        Self { columns, values: vec![0.0; rows * columns] }
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// One row, to change.
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.values[row * self.columns..][..self.columns]
    }

    /// All rows; none if there are no columns.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.columns.max(1))
    }

    /// All rows, to change; none if there are no columns.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.values.chunks_exact_mut(self.columns.max(1))
    }
}
