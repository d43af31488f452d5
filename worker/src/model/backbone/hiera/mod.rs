//! The image encoder of SAM 2 (Ravi et al., 2024): a Hiera with a feature pyramid.

mod block;
mod config;
mod position;

use candle_core::{Module, Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig};

use super::{Backbone, Normalisation, Shape};
use crate::model::layers::convolution;
use crate::model::{ModelError, Weights};

use block::Block;
pub use config::HieraConfig;

/// What the keys of its tensors begin with, in the checkpoint of SAM 2.
pub const PREFIX: &str = "image_encoder.";

/// Side, stride and padding of the first convolution.
const STEM: (usize, usize, usize) = (7, 4, 3);

/// The image encoder of SAM 2. Its map is what the mask decoder gets to see: the third level of the pyramid, a sixteenth
/// of the image, with the fourth added.
#[derive(Clone, Debug)]
pub struct Hiera {
    shape: Shape,
    stem: Conv2d,
    /// `[1, height, width, channels]` of the map after the stem.
    position: Tensor,
    blocks: Vec<Block>,
    /// The blocks after which the third and the fourth stage end.
    ends: [usize; 2],
    /// The 1×1 convolutions of the third and the fourth level.
    levels: [Conv2d; 2],
}

impl Hiera {
    /// Takes the weights by the keys of the published checkpoints.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` says.
    pub fn new(config: &HieraConfig, weights: &Weights) -> std::result::Result<Self, ModelError> {
        let (kernel, stride, padding) = STEM;
        let stem = Conv2dConfig { stride, padding, ..Conv2dConfig::default() };
        let level = |index: usize, width: usize| {
            let name = format!("{PREFIX}neck.convs.{index}.conv");
            convolution(weights, &name, [config.neck, width, 1, 1], Conv2dConfig::default())
        };
        let [.., third, fourth] = config.stages();
        let blocks = config.blocks().into_iter().enumerate();
        Ok(Self {
            shape: Shape { input: config.input, normalisation: Normalisation::IMAGENET, width: config.neck },
            stem: convolution(
                weights,
                &format!("{PREFIX}trunk.patch_embed.proj"),
                [config.width, 3, kernel, kernel],
                stem,
            )?,
            position: position::embedding(config, weights)?,
            blocks: blocks
                .map(|(index, plan)| Block::new(&plan, weights, index))
                .collect::<std::result::Result<_, _>>()?,
            ends: [third.end, fourth.end],
            // The neck counts its levels from the smallest map.
            levels: [level(1, third.width)?, level(0, fourth.width)?],
        })
    }
}

impl Backbone for Hiera {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn forward(&self, images: &Tensor) -> Result<Tensor> {
        let mut map = self.stem.forward(images)?.permute((0, 2, 3, 1))?.broadcast_add(&self.position)?;
        let mut ends = Vec::with_capacity(2);
        for (index, block) in self.blocks.iter().enumerate() {
            map = block.forward(&map)?;
            if self.ends.contains(&(index + 1)) {
                ends.push(map.permute((0, 3, 1, 2))?.contiguous()?);
            }
        }
        let [third, fourth] = ends.as_slice() else { candle_core::bail!("a stage of Hiera has no end") };
        let [level, above] = &self.levels;
        let level = level.forward(third)?;
        let (_, _, height, width) = level.dims4()?;
        level + above.forward(fourth)?.upsample_nearest2d(height, width)?
    }
}
