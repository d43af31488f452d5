//! The engine without a network.

/// Geometry of the segments of one drawing.
#[derive(Clone, Debug)]
pub struct ShapeFeatures {}

impl ShapeFeatures {
    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        0
    }
}

/// Matches segments by geometry alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeEngine;
