//! The engine of the built-in model: geometry first, then a network that goes on from it.

pub mod bare;
pub mod crop;
mod inputs;

use cel::{Drawing, Labels};
use common::Digest;

use super::{Engine, EngineError, SegmentFeatures, ShapeFeatures, Similarities};
use crate::confidence::Calibration;
use crate::matching::Decision;
use crate::model::Matcher;
use crate::model::matcher::{Context, Observed};

pub use inputs::Inputs;

/// Short name of the engine.
const NAME: &str = "builtin";

/// To be raised whenever the same weights give other results.
const REVISION: &str = "matcher 1";

/// What the engine knows of the segments of one drawing.
#[derive(Clone, Debug)]
pub struct MatcherFeatures {
    shapes: ShapeFeatures,
    context: Context,
}

impl MatcherFeatures {
    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shapes.bytes() + self.context.bytes()
    }
}

/// Compares segments by a trained network.
#[derive(Clone, Debug)]
pub struct MatcherEngine {
    model: Matcher,
    digest: Digest,
}

impl MatcherEngine {
    /// An engine around a network; `description` is what identifies its weights and dimensions (`model.json`).
    #[must_use]
    pub fn new(model: Matcher, description: &[u8]) -> Self {
        Self { model, digest: Digest::of_parts([REVISION.as_bytes(), description]) }
    }
}

impl Engine for MatcherEngine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn digest(&self) -> &Digest {
        &self.digest
    }

    fn decision(&self) -> Decision {
        Decision::Vote
    }

    fn calibration(&self) -> Calibration {
        self.model.config().calibration
    }

    fn embed(&self, drawing: &Drawing, labels: &Labels) -> Result<SegmentFeatures, EngineError> {
        let config = self.model.config();
        let inputs = Inputs::new(drawing, labels, config.input, &config.grids())?;
        let observed = Observed {
            ink: &inputs.ink,
            plans: &inputs.plans,
            description: &inputs.shapes.describe(),
            contact: &inputs.shapes.relations(),
        };
        let context = self.model.embed(&observed)?;
        Ok(SegmentFeatures::Matched(MatcherFeatures { shapes: inputs.shapes, context }))
    }

    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError> {
        let (SegmentFeatures::Matched(target), SegmentFeatures::Matched(reference)) = (target, reference)
        else {
            return Err(EngineError::ForeignFeatures { engine: NAME });
        };
        let columns = reference.shapes.count();
        if columns == 0 || target.shapes.count() == 0 {
            return Ok(Similarities { columns, values: Vec::new() });
        }
        let cues = target.shapes.pair_cues(&reference.shapes);
        let scores = self.model.compare(&target.context, &reference.context, cues)?;
        Ok(Similarities { columns, values: scores.flatten_all()?.to_vec1()? })
    }
}
