//! What a model is made of: `model.json`.

use std::collections::BTreeMap;

use common::Digest;
use serde::{Deserialize, Serialize};
use shiage_kernels::Pooling;

use super::{BackboneConfig, Comparison, MatcherConfig, Reduction};

/// Layout of `model.json` this program writes and reads.
pub const FORMAT: u32 = 2;

/// The file that describes a model, in its folder.
pub const MODEL_JSON: &str = "model.json";

/// `model.json`: the model and the digests of its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: u32,
    /// Kind and dimensions of the model: `kind` and `config`.
    #[serde(flatten)]
    pub model: Architecture,
    /// SHA-256 of each file of weights, by file name.
    pub files: BTreeMap<String, Digest>,
}

/// Kinds of models, with their dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "config", rename_all = "lowercase")]
pub enum Architecture {
    /// The published architecture.
    Dacon(ModelConfig),
    /// The architecture of the built-in model.
    Matcher(MatcherConfig),
}

/// The published versions of the architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// Pools at the full size of the drawing; fuses by a network.
    #[serde(rename = "1.0")]
    V1_0,
    /// Pools near 512×512; fuses by adding normalised features.
    #[serde(rename = "1.1")]
    V1_1,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
        })
    }
}

/// Dimensions of a model. Sizes of square inputs are given by their side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Version of the architecture.
    pub version: Version,
    /// The backbone; a model without one has the U-Net's features alone.
    pub backbone: Option<BackboneConfig>,
    /// What is taken from the backbone.
    #[serde(default, skip_serializing_if = "Reduction::is_published")]
    pub reduction: Reduction,
    /// The U-Net; a model without one compares the features of its backbone as they are.
    pub unet: Option<UnetConfig>,
    /// Width of the features of a segment; 128 in the published model.
    pub features: usize,
    /// Hidden width of the head that reduces the backbone's features, and of the 1.0 fusion; 512 in the published model.
    pub head_width: usize,
    /// Height and width the masks of version 1.1 are pooled to; (512, 512) in the published model.
    pub pool_size: (usize, usize),
    /// How the segments of two drawings are compared.
    #[serde(default, skip_serializing_if = "Comparison::is_published")]
    pub comparison: Comparison,
}

impl ModelConfig {
    /// How segments are pooled.
    #[must_use]
    pub fn pooling(&self) -> Pooling {
        match self.version {
            Version::V1_0 => Pooling::FullSize,
            Version::V1_1 => Pooling::MaxPooled { pool: self.pool_size },
        }
    }

    /// Channels of the coarse map: of the backbone, or of what its layers are reduced to.
    #[must_use]
    pub fn coarse_width(&self) -> Option<usize> {
        self.backbone.as_ref().map(|backbone| self.reduction.width(backbone))
    }

    /// Whether the dimensions make a network.
    ///
    /// # Errors
    /// Says which one does not fit.
    pub fn check(&self) -> Result<(), String> {
        if self.backbone.is_none() && self.unet.is_none() {
            return Err("a model has a backbone, a U-Net, or both".to_owned());
        }
        self.unet.as_ref().map_or(Ok(()), UnetConfig::check)?;
        self.backbone.as_ref().map_or(Ok(()), BackboneConfig::check)?;
        self.reduction.check(self.backbone.as_ref())?;
        self.comparison.check(self.features)
    }

    /// The features of a backbone alone.
    #[must_use]
    pub fn zero_shot(backbone: BackboneConfig) -> Self {
        Self {
            // Every pixel of the drawing counts.
            version: Version::V1_0,
            features: backbone.width(),
            backbone: Some(backbone),
            reduction: Reduction::LastLayer,
            unet: None,
            head_width: 0,
            pool_size: (512, 512),
            comparison: Comparison::Cosine,
        }
    }
}

/// The U-Net.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnetConfig {
    /// Channels of the encoder's levels from the largest map down; the bottleneck has twice the last.
    pub widths: Vec<usize>,
    /// Side of the input in pixels, divisible by 2 as often as there are levels: 512.
    pub input: usize,
}

impl UnetConfig {
    fn check(&self) -> Result<(), String> {
        let Self { widths, input } = self;
        let halvings = 1usize.checked_shl(widths.len() as u32).unwrap_or(0);
        if widths.is_empty() || halvings == 0 || *input == 0 || !input.is_multiple_of(halvings) {
            return Err(format!("a U-Net input of {input} cannot be halved for {} levels", widths.len()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_errors() {
        let text = r#"{"version": "1.1", "backbone": null, "unet": {"widths": [8], "input": 512},
            "features": 16, "head_width": 64, "pool_size": [512, 512]}"#;
        assert!(serde_json::from_str::<ModelConfig>(text).is_ok());
        assert!(serde_json::from_str::<ModelConfig>(&text.replace("features", "feature")).is_err());
        let extra = text.replace("\"input\"", "\"depth\": 1, \"input\"");
        assert!(serde_json::from_str::<ModelConfig>(&extra).is_err());
    }
}
