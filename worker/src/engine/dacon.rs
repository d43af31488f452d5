//! The engine of the published model, and of a part of it alone.

use std::sync::Arc;

use candle_core::Tensor;
use cel::{AlphaRule, Drawing, Labels};
use common::Digest;

use super::{Engine, EngineError, SegmentFeatures, Similarities};
use crate::confidence::Calibration;
use crate::matching::Decision;
use crate::model::heads::normalised;
use crate::model::{Comparison, Dacon, Embedding, Needs, Precision, Reduction, Version};

/// Compares segments by the cosine of DACoN's features.
#[derive(Clone, Debug)]
pub struct DaconEngine {
    model: Dacon,
    alpha: AlphaRule,
    /// What identifies its weights and dimensions.
    description: Arc<[u8]>,
    digest: Digest,
}

impl DaconEngine {
    /// An engine around a model; `description` is what identifies its weights and dimensions (`model.json`).
    #[must_use]
    pub fn new(model: Dacon, alpha: AlphaRule, description: &[u8]) -> Self {
        let precision = match model.place().precision() {
            Precision::F32 => None,
            half => Some(half.name().as_bytes()),
        };
        let digest = Digest::of_parts([alpha.name().as_bytes(), description].into_iter().chain(precision));
        Self { model, alpha, description: description.into(), digest }
    }

    /// The same model, the weights not loaded again, for drawings whose alpha is read otherwise.
    #[must_use]
    pub fn seeing(self, alpha: AlphaRule) -> Self {
        let description = Arc::clone(&self.description);
        Self::new(self.model, alpha, &description)
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Dacon {
        &self.model
    }

    /// What is compared: the fused features as rows of length 1.
    ///
    /// # Errors
    /// When the device fails.
    pub fn features(&self, embedding: &Embedding) -> Result<SegmentFeatures, EngineError> {
        match embedding.seg_feats.dim(0)? {
            0 => Ok(SegmentFeatures::Vectors(embedding.seg_feats.clone())),
            _ => Ok(SegmentFeatures::Vectors(normalised(&embedding.seg_feats)?)),
        }
    }

    fn vectors<'a>(&self, features: &'a SegmentFeatures) -> Result<&'a Tensor, EngineError> {
        match features {
            SegmentFeatures::Vectors(rows) if rows.dims().last() == Some(&self.model.config().features) => {
                Ok(rows)
            }
            _ => Err(EngineError::ForeignFeatures { engine: self.name() }),
        }
    }
}

impl Engine for DaconEngine {
    fn name(&self) -> &'static str {
        let config = self.model.config();
        let published = match (&config.backbone, &config.unet, config.version) {
            (None, _, _) => "unet",
            (Some(_), None, _) => "zero-shot",
            (Some(_), Some(_), Version::V1_0) => "dacon-1.0",
            (Some(_), Some(_), Version::V1_1) => "dacon-1.1",
        };
        match (&config.comparison, &config.reduction) {
            (Comparison::CrossAttention(_), _) => "dacon-cross-attention",
            (Comparison::Multiplex(_), _) => "dacon-multiplex",
            (Comparison::Cosine, Reduction::MultiLayer(_)) => "dacon-multi-layer",
            (Comparison::Cosine, Reduction::LastLayer) => published,
        }
    }

    fn digest(&self) -> &Digest {
        &self.digest
    }

    fn decision(&self) -> Decision {
        Decision::Nearest
    }

    /// Set by eye: a margin of 0.05 is as good as wrong or right nine times in ten.
    fn calibration(&self) -> Calibration {
        Calibration { bias: 0.2, similarity: 0.0, log_odds: 0.0, margin: 40.0 }
    }

    fn embed(&self, drawing: &Drawing, labels: &Labels) -> Result<SegmentFeatures, EngineError> {
        self.features(&self.model.embed(drawing, labels, self.alpha)?)
    }

    fn embed_all(&self, drawings: &[(&Drawing, &Labels)]) -> Result<Vec<SegmentFeatures>, EngineError> {
        let embedded = self.model.embed_all(drawings, self.alpha, &mut |_| Ok(()))?;
        embedded.iter().map(|embedding| self.features(embedding)).collect()
    }

    fn needs(&self) -> Option<Needs> {
        Some(self.model.needs())
    }

    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError> {
        let (target, reference) = (self.vectors(target)?, self.vectors(reference)?);
        let columns = reference.dim(0)?;
        if columns == 0 || target.dim(0)? == 0 {
            return Ok(Similarities { columns, values: Vec::new() });
        }
        let values = self.model.compare(target, reference)?.flatten_all()?.to_vec1()?;
        Ok(Similarities { columns, values })
    }
}
