//! Dimensions of Stable Diffusion.

use serde::{Deserialize, Serialize};

use super::{GROUPS, SHRINKING};

/// Dimensions of encoder and U-Net, and how the features are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffusionConfig {
    /// The encoder of images.
    pub latent: LatentConfig,
    /// The levels of the U-Net from the largest map down.
    pub levels: Vec<LevelConfig>,
    /// Residual blocks of a level on the way down; there is one more on the way up.
    pub layers: usize,
    /// Width of what the text encoder gives: 1024.
    pub context: usize,
    /// The step of 1000 whose noise is added: 261.
    pub step: usize,
    /// How many noises are tried; the mean of what comes out is the feature.
    pub ensemble: usize,
    /// Side of the input in pixels: 768.
    pub input: usize,
}

/// The encoder of images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatentConfig {
    /// Channels of its levels from the largest map down: 128, 256, 512, 512.
    pub widths: Vec<usize>,
    /// Residual blocks of a level.
    pub layers: usize,
    /// Channels of the latent: 4.
    pub channels: usize,
}

/// A level of the U-Net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelConfig {
    /// Channels of its maps.
    pub width: usize,
    /// Heads of its attention.
    pub heads: usize,
    /// Whether it attends, except in the middle block, which always does.
    pub attends: bool,
}

impl DiffusionConfig {
    /// The step of the paper's comparison, of 1000.
    pub const STEP: usize = 261;
    /// Side of its input in the paper's comparison.
    pub const INPUT: usize = 768;
    /// Size of the ensemble in DIFT.
    pub const ENSEMBLE: usize = 8;

    /// Channels of the map: those of the smallest level.
    #[must_use]
    pub fn width(&self) -> usize {
        self.levels.last().map_or(0, |level| level.width)
    }

    pub(in super::super) fn numbers(&self) -> u64 {
        // The encoder's first level, or the attention of its middle block over its latent.
        let first = self.latent.widths.first().copied().unwrap_or(0);
        let tokens = (self.input / SHRINKING).pow(2);
        (5 * first * self.input * self.input).max(3 * tokens * tokens) as u64
    }

    pub(in super::super) fn check(&self) -> Result<(), String> {
        let widths = self.levels.iter().map(|level| level.width).chain(self.latent.widths.iter().copied());
        for width in widths {
            if !width.is_multiple_of(GROUPS) {
                return Err(format!("{width} channels cannot be shared among {GROUPS} groups"));
            }
        }
        for LevelConfig { width, heads, .. } in &self.levels {
            if !width.is_multiple_of(*heads) {
                return Err(format!("{width} channels cannot be shared among {heads} attention heads"));
            }
        }
        let halvings = SHRINKING.checked_shl(self.levels.len().saturating_sub(1) as u32).unwrap_or(0);
        if self.levels.len() < 2 || halvings == 0 || !self.input.is_multiple_of(halvings) {
            return Err(format!(
                "an input of {} cannot be halved for {} levels",
                self.input,
                self.levels.len()
            ));
        }
        let latent = self.latent.widths.len();
        if 1usize.checked_shl(latent.saturating_sub(1) as u32) != Some(SHRINKING) {
            return Err(format!("an encoder of {latent} levels, where 4 make a latent of an eighth"));
        }
        if self.step >= super::noise::STEPS {
            return Err(format!("step {} of {}", self.step, super::noise::STEPS));
        }
        Ok(())
    }
}
