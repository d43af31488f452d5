//! Engines: what says how alike two segments are.
//!
//! An engine turns a drawing into features, one row a segment, and compares the features of two drawings. Which
//! colour follows from that is decided in one place for all engines, [`crate::matching`].

mod dacon;
pub mod matcher;
mod shape;

pub use dacon::DaconEngine;
pub use matcher::{MatcherEngine, MatcherFeatures};
pub use shape::{DESCRIPTION, PAIR_CUES, ShapeEngine, ShapeFeatures};

use candle_core::Tensor;
use cel::{Drawing, Labels};
use common::Digest;

use crate::confidence::Calibration;
use crate::matching::Decision;
use crate::model::Needs;

/// Why an engine could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The network or the device failed.
    #[error("the network failed: {0}")]
    Network(#[from] candle_core::Error),
    /// Features of one engine were given to another.
    #[error("features of another engine were given to `{engine}`")]
    ForeignFeatures {
        /// The engine that was asked.
        engine: &'static str,
    },
    /// An engine gave back fewer features than it was given drawings.
    #[error("the engine gave no features for the drawing")]
    Lost,
}

impl EngineError {
    /// Whether the device has not enough memory: a smaller drawing, or a larger device, may do.
    #[must_use]
    pub fn is_out_of_memory(&self) -> bool {
        // Drivers and allocators tell it in words alone.
        let text = self.to_string().to_ascii_lowercase();
        text.contains("out of memory") || text.contains("out_of_memory")
    }
}

/// What an engine knows of the segments of one drawing.
#[derive(Clone, Debug)]
pub enum SegmentFeatures {
    /// `[segments, width]`, f32, each row of length 1 (or all zero for a segment that was not seen).
    Vectors(Tensor),
    /// Geometry, for the `shape` engine.
    Shapes(ShapeFeatures),
    /// Geometry and what the network makes of it, for the built-in model.
    Matched(MatcherFeatures),
}

impl SegmentFeatures {
    /// Bytes held, for caches with a budget.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Vectors(tensor) => tensor.elem_count() * tensor.dtype().size_in_bytes(),
            Self::Shapes(shapes) => shapes.bytes(),
            Self::Matched(matched) => matched.bytes(),
        }
    }
}

/// Similarities of every target segment (rows) with every reference segment (columns), row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Similarities {
    /// Number of reference segments.
    pub columns: usize,
    /// `rows * columns` values, higher is more alike: between -1 and 1, or logits where the engine lets segments vote.
    pub values: Vec<f32>,
}

impl Similarities {
    /// The row of one target segment (label - 1).
    #[must_use]
    pub fn row(&self, segment: usize) -> &[f32] {
        &self.values[segment * self.columns..][..self.columns]
    }
}

/// A model that compares segments.
pub trait Engine: Send + Sync {
    /// Short name for messages and reports, such as `shape` or `dacon-1.1`.
    fn name(&self) -> &'static str;

    /// Digest of everything that changes the result (weights, configuration): same digest, same colours.
    fn digest(&self) -> &Digest;

    /// How its similarities decide.
    fn decision(&self) -> Decision;

    /// How sure its decisions are.
    fn calibration(&self) -> Calibration;

    /// Features of every segment of a drawing, in label order.
    ///
    /// # Errors
    /// When the network or the device fails.
    fn embed(&self, drawing: &Drawing, labels: &Labels) -> Result<SegmentFeatures, EngineError>;

    /// Features of every segment of several drawings, in their order, as [`embed`](Self::embed) gives them for each. An
    /// engine that can lets them go through its network together.
    ///
    /// # Errors
    /// When the network or the device fails, for whichever drawing.
    fn embed_all(&self, drawings: &[(&Drawing, &Labels)]) -> Result<Vec<SegmentFeatures>, EngineError> {
        drawings.iter().map(|(drawing, labels)| self.embed(drawing, labels)).collect()
    }

    /// Memory that [`embed_all`](Self::embed_all) needs; none for an engine to which a batch makes no difference.
    fn needs(&self) -> Option<Needs> {
        None
    }

    /// Similarity of every target segment with every segment of one reference.
    ///
    /// # Errors
    /// When the features come from another engine, or the device fails.
    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError>;
}
