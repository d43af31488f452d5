//! ConvNeXt (Liu et al., 2022), the image encoder of OpenCLIP's ConvNeXt models, as timm names its tensors.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, LayerNorm};
use serde::{Deserialize, Serialize};
use shiage_kernels::AddGelu;

use super::{Backbone, Normalisation, Shape};
use crate::model::layers::{Dense, convolution, layer_norm};
use crate::model::{ModelError, Weights};

/// Added to the variance in every layer norm.
const EPS: f64 = 1e-6;
/// Side of a patch of the stem.
const PATCH: usize = 4;
/// Side of the depthwise convolutions.
const KERNEL: usize = 7;
/// Hidden width of a block's MLP, in widths of the block.
const RATIO: usize = 4;

/// Dimensions of a ConvNeXt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvNextConfig {
    /// Channels of the stages, each half as high and wide as the one before: 192, 384, 768, 1536 (L).
    pub widths: Vec<usize>,
    /// Blocks of the stages: 3, 3, 27, 3 (L).
    pub depths: Vec<usize>,
    /// Side of the input in pixels.
    pub input: usize,
}

impl ConvNextConfig {
    /// Channels of the last stage.
    #[must_use]
    pub fn width(&self) -> usize {
        self.widths.last().copied().unwrap_or(0)
    }

    pub(super) fn numbers(&self) -> u64 {
        // The map, its patches, and the hidden layer of a block; the first stage is the largest.
        let first = self.widths.first().copied().unwrap_or(0);
        ((self.input / PATCH).pow(2) * first * (4 + 2 * RATIO)) as u64
    }

    pub(super) fn check(&self) -> std::result::Result<(), String> {
        let stages = self.widths.len();
        let smallest = PATCH.checked_shl(stages.saturating_sub(1) as u32).unwrap_or(0);
        if stages == 0 || stages != self.depths.len() || smallest == 0 || self.input < smallest {
            return Err(format!(
                "a ConvNeXt of {stages} widths and {} depths does not fit an input of {}",
                self.depths.len(),
                self.input
            ));
        }
        Ok(())
    }
}

/// A ConvNeXt without its head.
#[derive(Clone, Debug)]
pub struct ConvNext {
    shape: Shape,
    stages: Vec<Stage>,
}

impl ConvNext {
    /// Takes the weights by timm's keys.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` says.
    pub fn new(config: &ConvNextConfig, weights: &Weights) -> std::result::Result<Self, ModelError> {
        let stages = config.widths.iter().zip(&config.depths).enumerate().map(|(index, (&width, &depth))| {
            let before = index.checked_sub(1).map(|before| config.widths[before]);
            Stage::new(weights, index, (before, width), depth)
        });
        Ok(Self {
            shape: Shape { input: config.input, normalisation: Normalisation::CLIP, width: config.width() },
            stages: stages.collect::<std::result::Result<_, _>>()?,
        })
    }
}

impl Backbone for ConvNext {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn forward(&self, images: &Tensor) -> Result<Tensor> {
        self.stages.iter().try_fold(images.clone(), |map, stage| stage.forward(&map))
    }
}

/// Blocks of one size of map, behind what makes the map smaller.
#[derive(Clone, Debug)]
struct Stage {
    /// Behind the convolution in the first stage, before it in the others.
    norm: LayerNorm,
    smaller: Conv2d,
    first: bool,
    blocks: Vec<Block>,
}

impl Stage {
    fn new(
        weights: &Weights,
        index: usize,
        (before, width): (Option<usize>, usize),
        depth: usize,
    ) -> std::result::Result<Self, ModelError> {
        let patches = |side: usize| Conv2dConfig { stride: side, ..Conv2dConfig::default() };
        let (norm, smaller) = match before {
            None => (
                layer_norm(weights, "stem.1", width, EPS)?,
                convolution(weights, "stem.0", [width, 3, PATCH, PATCH], patches(PATCH))?,
            ),
            Some(before) => {
                let name = |part: usize| format!("stages.{index}.downsample.{part}");
                (
                    layer_norm(weights, &name(0), before, EPS)?,
                    convolution(weights, &name(1), [width, before, 2, 2], patches(2))?,
                )
            }
        };
        let blocks =
            (0..depth).map(|block| Block::new(weights, &format!("stages.{index}.blocks.{block}"), width));
        Ok(Self {
            norm,
            smaller,
            first: before.is_none(),
            blocks: blocks.collect::<std::result::Result<_, _>>()?,
        })
    }

    fn forward(&self, map: &Tensor) -> Result<Tensor> {
        let map = if self.first {
            channels_last(&self.norm, &self.smaller.forward(map)?)?
        } else {
            self.smaller.forward(&channels_last(&self.norm, map)?)?
        };
        self.blocks.iter().try_fold(map, |map, block| block.forward(&map))
    }
}

/// A layer norm over the channels of a map `[batch, channels, height, width]`.
fn channels_last(norm: &LayerNorm, map: &Tensor) -> Result<Tensor> {
    norm.forward(&map.permute((0, 2, 3, 1))?.contiguous()?)?.permute((0, 3, 1, 2))?.contiguous()
}

/// A depthwise convolution and an MLP on every pixel, scaled and added.
#[derive(Clone, Debug)]
struct Block {
    depthwise: Conv2d,
    norm: LayerNorm,
    expand: Dense,
    /// Second layer of the MLP, with the layer scale.
    contract: Dense,
}

impl Block {
    fn new(weights: &Weights, name: &str, width: usize) -> std::result::Result<Self, ModelError> {
        let part = |part: &str| format!("{name}.{part}");
        let depthwise = Conv2dConfig { padding: KERNEL / 2, groups: width, ..Conv2dConfig::default() };
        let contract = Dense::new(weights, &part("mlp.fc2"), RATIO * width, width)?;
        Ok(Self {
            depthwise: convolution(weights, &part("conv_dw"), [width, 1, KERNEL, KERNEL], depthwise)?,
            norm: layer_norm(weights, &part("norm"), width, EPS)?,
            expand: Dense::new(weights, &part("mlp.fc1"), width, RATIO * width)?,
            contract: contract.scaled(&weights.get(&part("gamma"), &[width])?)?,
        })
    }

    fn forward(&self, map: &Tensor) -> Result<Tensor> {
        let (batch, channels, height, width) = map.dims4()?;
        let rows = self.depthwise.forward(map)?.permute((0, 2, 3, 1))?.contiguous()?;
        let rows = self.norm.forward(&rows)?.reshape((batch, height * width, channels))?;
        let hidden = AddGelu.apply(self.expand.product(&rows)?, self.expand.bias())?;
        let rows = self.contract.forward(&hidden)?.reshape((batch, height, width, channels))?;
        map + rows.permute((0, 3, 1, 2))?
    }
}
