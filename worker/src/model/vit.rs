//! The backbone: a DINOv2 vision transformer (Oquab et al., 2023).

use candle_core::{Module, Tensor};
use candle_nn::LayerNorm;
use shiage_kernels::{AddGelu, Attention};

use super::layers::{Dense, layer_norm, times};
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
    fn new(config: &BackboneConfig, weights: &Weights, index: usize) -> Result<Self, ModelError> {
        let BackboneConfig { width, mlp_width, heads, .. } = *config;
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
