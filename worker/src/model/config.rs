//! What a model is made of: `model.json`.

use std::collections::BTreeMap;

use common::Digest;
use serde::{Deserialize, Serialize};
use shiage_kernels::Pooling;

use super::MatcherConfig;

/// Layout of `model.json` this program writes and reads.
pub const FORMAT: u32 = 1;

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
    /// The U-Net.
    pub unet: UnetConfig,
    /// Width of the features of a segment; 128 in the published model.
    pub features: usize,
    /// Height and width the masks of version 1.1 are pooled to; (512, 512) in the published model.
    pub pool_size: (usize, usize),
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

    /// Whether the dimensions make a network.
    ///
    /// # Errors
    /// Says which one does not fit.
    pub fn check(&self) -> Result<(), String> {
        let UnetConfig { widths, input } = &self.unet;
        let halvings = 1usize.checked_shl(widths.len() as u32).unwrap_or(0);
        if widths.is_empty() || halvings == 0 || *input == 0 || !input.is_multiple_of(halvings) {
            return Err(format!("a U-Net input of {input} cannot be halved for {} levels", widths.len()));
        }
        let Some(BackboneConfig { width, heads, patch, input, .. }) = self.backbone else { return Ok(()) };
        if heads == 0 || !width.is_multiple_of(heads) {
            return Err(format!(
                "a backbone width of {width} cannot be shared among {heads} attention heads"
            ));
        }
        if patch == 0 || input == 0 || !input.is_multiple_of(patch) {
            return Err(format!("a backbone input of {input} is not made of patches of {patch}"));
        }
        Ok(())
    }
}

/// A DINOv2 vision transformer without registers, and the head that reduces its features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackboneConfig {
    /// Width of a token: 384 (S), 768 (B), 1024 (L).
    pub width: usize,
    /// Number of blocks.
    pub depth: usize,
    /// Attention heads; divides the width.
    pub heads: usize,
    /// Hidden width of a block's MLP.
    pub mlp_width: usize,
    /// Side of a patch in pixels: 14.
    pub patch: usize,
    /// Side of the input in pixels, a multiple of the patch: 518.
    pub input: usize,
    /// Hidden width of the head that reduces pooled features (and of the 1.0 fusion).
    pub head_width: usize,
}

impl BackboneConfig {
    /// Patches along each side of the input.
    #[must_use]
    pub fn grid(&self) -> usize {
        self.input / self.patch
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_errors() {
        let text = r#"{"version": "1.1", "backbone": null, "unet": {"widths": [8], "input": 512},
            "features": 16, "pool_size": [512, 512]}"#;
        assert!(serde_json::from_str::<ModelConfig>(text).is_ok());
        assert!(serde_json::from_str::<ModelConfig>(&text.replace("features", "feature")).is_err());
        let extra = text.replace("\"input\"", "\"depth\": 1, \"input\"");
        assert!(serde_json::from_str::<ModelConfig>(&extra).is_err());
    }
}
