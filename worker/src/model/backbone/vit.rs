//! DINOv2's vision transformer (Oquab et al., 2023), without registers.

use candle_core::{Module, Tensor};
use candle_nn::LayerNorm;
use serde::{Deserialize, Serialize};
use shiage_kernels::{AddGelu, Attention};

use super::{Backbone, Normalisation, Shape};
use crate::model::layers::{Dense, layer_norm, times};
use crate::model::{ModelError, Weights};

/// Added to the variance in every layer norm.
const EPS: f64 = 1e-6;

/// Dimensions of a DINOv2 vision transformer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VitConfig {
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
}

impl VitConfig {
    /// Patches along each side of the input.
    #[must_use]
    pub fn grid(&self) -> usize {
        self.input / self.patch
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let Self { width, heads, patch, input, .. } = *self;
        if !width.is_multiple_of(heads) {
            return Err(format!(
                "a backbone width of {width} cannot be shared among {heads} attention heads"
            ));
        }
        if !input.is_multiple_of(patch) {
            return Err(format!("a backbone input of {input} is not made of patches of {patch}"));
        }
        Ok(())
    }
}

/// A DINOv2 vision transformer. DACoN gives it colours as they are, and so do we.
///
/// Tokens are `[batch, 1 + grid², width]`, the class token first, then the patches row by row.
#[derive(Clone, Debug)]
pub struct Vit {
    shape: Shape,
    grid: usize,
    patch: usize,
    /// `[3 · patch², width]`.
    patch_weight: Tensor,
    /// Position embedding plus class token or bias of the patch embedding, `[1, 1 + grid², width]`.
    offset: Tensor,
    blocks: Vec<Block>,
    norm: LayerNorm,
}

impl Vit {
    /// Takes the weights by the keys of the published DINOv2 checkpoints.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` says.
    pub fn new(config: &VitConfig, weights: &Weights) -> Result<Self, ModelError> {
        let VitConfig { width, patch, .. } = *config;
        let grid = config.grid();
        let kernel = weights.get("patch_embed.proj.weight", &[width, 3, patch, patch])?;
        let bias = weights.get("patch_embed.proj.bias", &[width])?;
        let class = weights.get("cls_token", &[1, 1, width])?;
        let position = weights.get("pos_embed", &[1, 1 + grid * grid, width])?;
        let patches = position.narrow(1, 1, grid * grid)?.broadcast_add(&bias)?;
        let blocks = (0..config.depth).map(|index| Block::new(config, weights, index));
        Ok(Self {
            shape: Shape { input: config.input, normalisation: Normalisation::NONE, width },
            grid,
            patch,
            patch_weight: kernel.flatten_from(1)?.t()?.contiguous()?,
            offset: Tensor::cat(&[&(class + position.narrow(1, 0, 1)?)?, &patches], 1)?,
            blocks: blocks.collect::<Result<_, _>>()?,
            norm: layer_norm(weights, "norm", width, EPS)?,
        })
    }

    /// The tokens before the first block.
    ///
    /// # Errors
    /// When the image has another size, or the device fails.
    pub fn embed(&self, image: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, channels, _, _) = image.dims4()?;
        let (grid, patch) = (self.grid, self.patch);
        let patches = image
            .reshape((batch, channels, grid, patch, grid, patch))?
            .permute((0, 2, 4, 1, 3, 5))?
            .reshape((batch, grid * grid, channels * patch * patch))?;
        let patches = times(&patches, &self.patch_weight)?;
        let class = patches.narrow(1, 0, 1)?.zeros_like()?;
        Tensor::cat(&[&class, &patches], 1)?.broadcast_add(&self.offset)
    }

    /// The blocks, in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Features of each patch, `[batch, width, grid, grid]`, after the last norm, of the tokens after the last block. The
    /// channels of a patch lie next to each other in memory.
    ///
    /// # Errors
    /// When the device fails.
    pub fn patch_map(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        let patches = self.norm.forward(tokens)?.narrow(1, 1, self.grid * self.grid)?;
        let (batch, _, width) = patches.dims3()?;
        patches.reshape((batch, self.grid, self.grid, width))?.permute((0, 3, 1, 2))
    }
}

impl Backbone for Vit {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn forward(&self, images: &Tensor) -> candle_core::Result<Tensor> {
        let tokens =
            self.blocks.iter().try_fold(self.embed(images)?, |tokens, block| block.forward(&tokens))?;
        self.patch_map(&tokens)
    }

    fn layers(&self, images: &Tensor, layers: &[usize]) -> candle_core::Result<Vec<Tensor>> {
        let mut tokens = self.embed(images)?;
        let mut maps = Vec::with_capacity(layers.len());
        let last = layers.iter().max().copied().unwrap_or(0);
        for (block, number) in self.blocks.iter().zip(1..=last) {
            tokens = block.forward(&tokens)?;
            let wanted = layers.iter().filter(|&&layer| layer == number).count();
            if wanted > 0 {
                maps.extend(vec![self.patch_map(&tokens)?; wanted]);
            }
        }
        Ok(maps)
    }
}

/// One transformer block: attention and MLP, each after a layer norm and scaled.
#[derive(Clone, Debug)]
pub struct Block {
    attention: Attention,
    norm1: LayerNorm,
    qkv: Dense,
    /// Output projection of the attention, with the layer scale.
    project: Dense,
    norm2: LayerNorm,
    expand: Dense,
    /// Second layer of the MLP, with the layer scale.
    contract: Dense,
}

impl Block {
    fn new(config: &VitConfig, weights: &Weights, index: usize) -> Result<Self, ModelError> {
        let VitConfig { width, mlp_width, heads, .. } = *config;
        let name = |part: &str| format!("blocks.{index}.{part}");
        let scale = |part: &str| weights.get(&name(part), &[width]);
        let project = Dense::new(weights, &name("attn.proj"), width, width)?;
        let contract = Dense::new(weights, &name("mlp.fc2"), mlp_width, width)?;
        Ok(Self {
            attention: Attention { heads },
            norm1: layer_norm(weights, &name("norm1"), width, EPS)?,
            qkv: Dense::new(weights, &name("attn.qkv"), width, 3 * width)?,
            project: project.scaled(&scale("ls1.gamma")?)?,
            norm2: layer_norm(weights, &name("norm2"), width, EPS)?,
            expand: Dense::new(weights, &name("mlp.fc1"), width, mlp_width)?,
            contract: contract.scaled(&scale("ls2.gamma")?)?,
        })
    }

    /// From the tokens before the block to those after it, `[batch, tokens, width]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        let mixed = self.attention.apply(&self.qkv.forward(&self.norm1.forward(tokens)?)?)?;
        let tokens = (tokens + self.project.forward(&mixed)?)?;
        let hidden = self.expand.product(&self.norm2.forward(&tokens)?)?;
        let hidden = AddGelu.apply(hidden, self.expand.bias())?;
        tokens + self.contract.forward(&hidden)?
    }
}
