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

    /// Number of pixels that belong to no segment: ink.
    #[must_use]
    pub fn line_pixels(&self) -> usize {
        self.labels.iter().filter(|&&label| label == 0).count()
    }

    /// Whether there is nothing to paint: every pixel is ink.
    #[must_use]
    pub fn is_all_line(&self) -> bool {
        self.count == 0
    }

    /// Whether the drawing has no black line at all, as an empty sheet.
    #[must_use]
    pub fn has_no_line(&self) -> bool {
        !self.labels.contains(&0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_line_and_segments() {
        let image = |labels: Vec<u32>, count| Labels { size: Size { width: 3, height: 1 }, labels, count };
        let some = image(vec![0, 2, 1], 2);
        assert_eq!((some.line_pixels(), some.areas()), (1, vec![1, 1]));
        assert!(!some.is_all_line() && !some.has_no_line());
        assert!(image(vec![0; 3], 0).is_all_line());
        assert!(image(vec![1; 3], 1).has_no_line());
    }
}
