//! The backbone: a DINOv2 vision transformer (Oquab et al., 2023).

use candle_core::{Module, Tensor};
use candle_nn::{LayerNorm, Linear};
use shiage_kernels::{AddGelu, Attention};

use super::layers::{layer_norm, linear};
use super::{BackboneConfig, ModelError, Weights};

/// Added to the variance in every layer norm.
const EPS: f64 = 1e-6;

/// A DINOv2 vision transformer.
///
/// Tokens are `[batch, 1 + grid², width]`, the class token first, then the patches row by row.
#[derive(Clone, Debug)]
pub struct Vit {
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
    pub fn new(config: &BackboneConfig, weights: &Weights) -> Result<Self, ModelError> {
        let BackboneConfig { width, patch, .. } = *config;
        let grid = config.grid();
        let kernel = weights.get("patch_embed.proj.weight", &[width, 3, patch, patch])?;
        let bias = weights.get("patch_embed.proj.bias", &[width])?;
        let class = weights.get("cls_token", &[1, 1, width])?;
        let position = weights.get("pos_embed", &[1, 1 + grid * grid, width])?;
        let patches = position.narrow(1, 1, grid * grid)?.broadcast_add(&bias)?;
        let blocks = (0..config.depth).map(|index| Block::new(config, weights, index));
        Ok(Self {
            grid,
            patch,
            patch_weight: kernel.flatten_from(1)?.t()?.contiguous()?,
            offset: Tensor::cat(&[&(class + position.narrow(1, 0, 1)?)?, &patches], 1)?,
            blocks: blocks.collect::<Result<_, _>>()?,
            norm: layer_norm(weights, "norm", width, EPS)?,
        })
    }

    /// Features of each patch, `[batch, width, grid, grid]`, after the last norm, of an image `[batch, 3, side, side]`
    /// in `0..=1`. The channels of a patch lie next to each other in memory.
    ///
    /// # Errors
    /// When the image has another size, or the device fails.
    pub fn forward(&self, image: &Tensor) -> candle_core::Result<Tensor> {
        let tokens =
            self.blocks.iter().try_fold(self.embed(image)?, |tokens, block| block.forward(&tokens))?;
        self.patch_map(&tokens)
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
            .reshape((batch * grid * grid, channels * patch * patch))?
            .matmul(&self.patch_weight)?
            .reshape((batch, grid * grid, ()))?;
        let class = patches.narrow(1, 0, 1)?.zeros_like()?;
        Tensor::cat(&[&class, &patches], 1)?.broadcast_add(&self.offset)
    }

    /// The blocks, in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// From the tokens after the last block to [`forward`](Self::forward)'s result.
    ///
    /// # Errors
    /// When the device fails.
    pub fn patch_map(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        let patches = self.norm.forward(tokens)?.narrow(1, 1, self.grid * self.grid)?;
        let (batch, _, width) = patches.dims3()?;
        patches.reshape((batch, self.grid, self.grid, width))?.permute((0, 3, 1, 2))
    }
}

/// One transformer block: attention and MLP, each after a layer norm and scaled.
#[derive(Clone, Debug)]
pub struct Block {
    heads: usize,
    norm1: LayerNorm,
    qkv: Linear,
    /// Output projection of the attention, with the layer scale.
    project: Linear,
    norm2: LayerNorm,
    /// `[width, mlp_width]`.
    expand: Tensor,
    expand_bias: Tensor,
    /// Second layer of the MLP, with the layer scale.
    contract: Linear,
}

impl Block {
    fn new(config: &BackboneConfig, weights: &Weights, index: usize) -> Result<Self, ModelError> {
        let BackboneConfig { width, mlp_width, heads, .. } = *config;
        let name = |part: &str| format!("blocks.{index}.{part}");
        let expand = linear(weights, &name("mlp.fc1"), width, mlp_width)?;
        let project = linear(weights, &name("attn.proj"), width, width)?;
        let contract = linear(weights, &name("mlp.fc2"), mlp_width, width)?;
        Ok(Self {
            heads,
            norm1: layer_norm(weights, &name("norm1"), width, EPS)?,
            qkv: linear(weights, &name("attn.qkv"), width, 3 * width)?,
            project: scaled(&project, &weights.get(&name("ls1.gamma"), &[width])?)?,
            norm2: layer_norm(weights, &name("norm2"), width, EPS)?,
            expand: expand.weight().t()?,
            expand_bias: weights.get(&name("mlp.fc1.bias"), &[mlp_width])?,
            contract: scaled(&contract, &weights.get(&name("ls2.gamma"), &[width])?)?,
        })
    }

    /// From the tokens before the block to those after it, `[batch, tokens, width]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn forward(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        let tokens = (tokens + self.attention(&self.norm1.forward(tokens)?)?)?;
        let (batch, count, width) = tokens.dims3()?;
        let rows = self.norm2.forward(&tokens)?.reshape((batch * count, width))?;
        let hidden = AddGelu.apply(rows.matmul(&self.expand)?, &self.expand_bias)?;
        tokens + self.contract.forward(&hidden)?.reshape((batch, count, width))?
    }

    fn attention(&self, tokens: &Tensor) -> candle_core::Result<Tensor> {
        let (batch, count, width) = tokens.dims3()?;
        let rows = self.qkv.forward(&tokens.reshape((batch * count, width))?)?;
        let mixed = Attention { heads: self.heads }.apply(&rows.reshape((batch, count, 3 * width))?)?;
        let mixed = mixed.reshape((batch * count, width))?;
        self.project.forward(&mixed)?.reshape((batch, count, width))
    }
}

/// A linear layer followed by a factor for each output.
fn scaled(layer: &Linear, gamma: &Tensor) -> candle_core::Result<Linear> {
    let weight = layer.weight().broadcast_mul(&gamma.unsqueeze(1)?)?;
    let bias = layer.bias().map(|bias| bias * gamma).transpose()?;
    Ok(Linear::new(weight, bias))
}
