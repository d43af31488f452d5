//! Dimensions of the network.

use serde::{Deserialize, Serialize};

use super::compare::BELIEFS;
use crate::confidence::Calibration;

/// Dimensions of the network, as `model.json` has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatcherConfig {
    /// Channels of the U-Net's levels from the largest map down; the bottleneck has twice the last.
    pub widths: Vec<usize>,
    /// Side of the ink image in cells.
    pub input: usize,
    /// Side of the blocks of cells that become channels of one cell of the U-Net's input.
    pub shuffle: usize,
    /// Numbers that describe a segment by itself.
    pub description: usize,
    /// Numbers that describe a pair of segments before the network is asked.
    pub pair_cues: usize,
    /// Width of a segment's row.
    pub width: usize,
    /// Attention heads; divides the width.
    pub heads: usize,
    /// Blocks of attention within a drawing before drawings are compared.
    pub context: usize,
    /// Passes of comparison.
    pub passes: usize,
    /// Hidden width of what scores a pair by its cues.
    pub pair_width: usize,
    /// How sure its decisions are, fitted on the training clips.
    pub calibration: Calibration,
}

impl MatcherConfig {
    /// Channels of the U-Net's input.
    #[must_use]
    pub fn channels(&self) -> usize {
        3 * self.shuffle * self.shuffle
    }

    /// Sides of the decoder's maps, the largest first.
    #[must_use]
    pub fn grids(&self) -> Vec<usize> {
        (0..self.widths.len()).map(|level| (self.input / self.shuffle.max(1)) >> level).collect()
    }

    /// Numbers that describe a pair in a pass.
    pub(super) fn cues(&self, pass: usize) -> usize {
        self.pair_cues + if pass > 0 { BELIEFS } else { 0 }
    }

    /// Whether the dimensions make a network that fits what this program measures of drawings.
    ///
    /// # Errors
    /// Says which one does not fit.
    pub fn check(&self, description: usize, pair_cues: usize) -> Result<(), String> {
        let halvings = 1usize.checked_shl(self.widths.len() as u32).unwrap_or(0);
        let side = self.input.checked_div(self.shuffle).unwrap_or(0);
        if self.widths.is_empty() || halvings == 0 || side == 0 || !side.is_multiple_of(halvings) {
            return Err(format!("an input of {} does not suit {} levels", self.input, self.widths.len()));
        }
        if side * self.shuffle != self.input {
            return Err(format!("an input of {} has no blocks of {}", self.input, self.shuffle));
        }
        if self.heads == 0 || !self.width.is_multiple_of(self.heads) {
            let Self { width, heads, .. } = self;
            return Err(format!("a width of {width} cannot be shared among {heads} attention heads"));
        }
        if self.passes == 0 {
            return Err("it compares in no pass".to_owned());
        }
        if (self.description, self.pair_cues) != (description, pair_cues) {
            return Err(format!(
                "it was trained on {} and {} numbers a segment and a pair, this program measures {description} and \
                 {pair_cues}",
                self.description, self.pair_cues
            ));
        }
        Ok(())
    }
}
