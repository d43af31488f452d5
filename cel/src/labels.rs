//! A label image: which segment each pixel belongs to.

use crate::Size;

/// Segment labels of a drawing: 0 is line, segments count from 1 without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// Width and height; `labels` has exactly `size.pixels()` entries.
    pub size: Size,
    /// Label of each pixel, row by row from the top left; each is at most `count`.
    pub labels: Vec<u32>,
    /// Number of segments, which is also the highest label.
    pub count: u32,
}

impl Labels {
    /// The labels of row `y`, which must be below the height.
    #[must_use]
    pub fn row(&self, y: u32) -> &[u32] {
        let width = self.size.width as usize;
        &self.labels[y as usize * width..][..width]
    }

    /// Pixels of each segment; entry `i` belongs to label `i + 1`.
    #[must_use]
    pub fn areas(&self) -> Vec<u32> {
        let mut areas = vec![0; self.count as usize + 1];
        for &label in &self.labels {
            areas[label as usize] += 1;
        }
        areas.remove(0);
        areas
    }
}
