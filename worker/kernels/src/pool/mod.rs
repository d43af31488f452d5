//! Segment pooling: the mean of a feature map over each segment of a drawing.
//!
//! The reference implementation resizes the map to the size of the drawing and averages under a mask. Both steps are
//! linear, so the result is a sparse matrix (segments × cells of the map) times the map. [`PoolPlan`] is that matrix;
//! nothing of size segments × pixels or pixels × channels is ever held.

mod apply;
#[cfg(feature = "cuda")]
mod cuda;
#[cfg(any(feature = "cuda", test))]
mod flow;
#[cfg(any(feature = "cuda", test))]
mod gpu;
mod plan;
mod runs;

#[cfg(feature = "cuda")]
pub use cuda::ResidentPlan;
pub use plan::PoolPlan;

use candle_core::{Result, bail};

/// A label image: which segment each pixel belongs to.
#[derive(Clone, Copy, Debug)]
pub struct LabelImage<'a> {
    /// Row by row from the top left; 0 is line, segments count from 1.
    pub labels: &'a [u32],
    /// Pixels in a row.
    pub width: usize,
    /// Number of segments; no label is higher.
    pub segments: usize,
}

impl LabelImage<'_> {
    /// Rows of the image.
    #[must_use]
    pub fn height(&self) -> usize {
        self.labels.len().checked_div(self.width).unwrap_or(0)
    }

    fn check(&self) -> Result<()> {
        if self.labels.is_empty() || self.height() * self.width != self.labels.len() {
            bail!("segment pooling: {} labels do not make rows of {}", self.labels.len(), self.width);
        }
        match self.labels.iter().max() {
            Some(&highest) if highest as usize > self.segments => {
                bail!("segment pooling: label {highest} is above the number of segments, {}", self.segments)
            }
            _ => Ok(()),
        }
    }
}

/// At which size the mean over a segment is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// At the size of the label image (version 1.0 of the model).
    FullSize,
    /// At the size of max-pooled masks (version 1.1). Kernel and stride are `max(1, image / pool)` on each axis, the
    /// rest of rows and columns is dropped, and a coarse cell counts fully for every segment with a pixel in it.
    MaxPooled {
        /// Height and width aimed at, 512 and 512 in the published model.
        pool: (usize, usize),
    },
}

impl Pooling {
    /// Rows and columns of pixels in one coarse cell of a label image of `height` × `width`.
    fn factors(self, height: usize, width: usize) -> (usize, usize) {
        match self {
            Self::FullSize => (1, 1),
            Self::MaxPooled { pool } => ((height / pool.0.max(1)).max(1), (width / pool.1.max(1)).max(1)),
        }
    }
}
