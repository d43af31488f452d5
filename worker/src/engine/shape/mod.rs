//! The engine without a network: segments are matched by geometry alone.
//!
//! A drawing is measured once: place, form, the ink around, the neighbours and the kinds of line between
//! ([`segment`]). Two drawings are compared in passes ([`passes`]): first each pair of segments by itself
//! ([`cues`]), then with what the rest of the drawing says of it ([`support`]): where the surroundings have moved
//! ([`motion`]) and whether the neighbours match too ([`neighbours`]). The colours of the references play no part.

mod beliefs;
mod contact;
mod cues;
mod describe;
mod digest;
mod frame;
mod grid;
mod ink;
mod matrix;
mod motion;
mod neighbours;
mod outline;
mod overlap;
mod passes;
mod patch;
mod points;
mod runs;
mod segment;
mod support;
mod surroundings;
#[cfg(test)]
mod tests;
mod weights;

use cel::{Drawing, Labels};
use common::Digest;

use super::{Engine, EngineError, SegmentFeatures, Similarities};
pub use describe::{DESCRIPTION, PAIR_CUES};
use segment::Geometry;

use crate::confidence::Calibration;
use crate::matching::Decision;

/// Short name of the engine.
const NAME: &str = "shape";

/// Fitted on the training clips, see `docs/models.md`.
const CALIBRATION: Calibration = Calibration { bias: -1.37, similarity: 0.0, log_odds: 0.0, margin: 12.1 };

/// Score that counts as a similarity of a half: between the scores of most best partners (10 and more) and those of
/// nearly all other pairs (3 and less).
const EVEN_SCORE: f32 = 7.0;

/// Steepness of similarity over score: low, so that the scores of sure pairs stay apart in an `f32`.
const STEEPNESS: f32 = 0.3;

/// Geometry of the segments of one drawing.
#[derive(Clone, Debug)]
pub struct ShapeFeatures {
    geometry: Geometry,
}

impl ShapeFeatures {
    /// Measures a drawing.
    #[must_use]
    pub fn new(drawing: &Drawing, labels: &Labels) -> Self {
        Self { geometry: Geometry::new(drawing, labels) }
    }

    /// Centre of the figure in the picture, and its longer side, in pixels.
    #[must_use]
    pub fn figure(&self) -> ([f32; 2], f32) {
        self.geometry.figure.span()
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.geometry.bytes()
    }
}

/// Matches segments by geometry alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeEngine;

impl Engine for ShapeEngine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn digest(&self) -> &Digest {
        &digest::DIGEST
    }

    fn decision(&self) -> Decision {
        Decision::Nearest
    }

    fn calibration(&self) -> Calibration {
        CALIBRATION
    }

    fn embed(&self, drawing: &Drawing, labels: &Labels) -> Result<SegmentFeatures, EngineError> {
        Ok(SegmentFeatures::Shapes(ShapeFeatures::new(drawing, labels)))
    }

    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError> {
        let (SegmentFeatures::Shapes(target), SegmentFeatures::Shapes(reference)) = (target, reference)
        else {
            return Err(EngineError::ForeignFeatures { engine: NAME });
        };
        let scores = passes::scores(&target.geometry, &reference.geometry);
        let values = scores.values.into_iter().map(similarity).collect();
        Ok(Similarities { columns: scores.columns, values })
    }
}

/// Score to similarity, between 0 and 1.
fn similarity(score: f32) -> f32 {
    1.0 / (1.0 + (STEEPNESS * (EVEN_SCORE - score)).exp())
}
