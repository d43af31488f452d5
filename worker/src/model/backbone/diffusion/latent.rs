//! The encoder of images into latents.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, GroupNorm, VarBuilder};
use candle_transformers::models::stable_diffusion::unet_2d_blocks::{
    DownEncoderBlock2D, DownEncoderBlock2DConfig, UNetMidBlock2D, UNetMidBlock2DConfig,
};

use super::{GROUPS, LatentConfig};

/// Factor of a latent.
pub(super) const SCALE: f64 = 0.182_15;
/// Added to the variance in every norm.
const EPS: f64 = 1e-6;
/// Bounds of the logarithm of a variance.
const LOG_VARIANCE: (f64, f64) = (-30.0, 20.0);

/// The encoder half of an autoencoder.
#[derive(Debug)]
pub(super) struct Latent {
    first: Conv2d,
    levels: Vec<DownEncoderBlock2D>,
    middle: UNetMidBlock2D,
    norm: GroupNorm,
    last: Conv2d,
    moments: Conv2d,
}

impl Latent {
    pub fn new(config: &LatentConfig, tensors: &VarBuilder<'_>) -> Result<Self> {
        let encoder = tensors.pp("encoder");
        let around = Conv2dConfig { padding: 1, ..Conv2dConfig::default() };
        let (mut levels, mut input) = (Vec::new(), config.widths.first().copied().unwrap_or(0));
        let first = candle_nn::conv2d(3, input, 3, around, encoder.pp("conv_in"))?;
        for (index, &width) in config.widths.iter().enumerate() {
            let level = DownEncoderBlock2DConfig {
                num_layers: config.layers,
                resnet_eps: EPS,
                resnet_groups: GROUPS,
                add_downsample: index + 1 < config.widths.len(),
                downsample_padding: 0,
                ..Default::default()
            };
            let tensors = encoder.pp("down_blocks").pp(index);
            levels.push(DownEncoderBlock2D::new(tensors, input, width, level)?);
            input = width;
        }
        let middle = UNetMidBlock2DConfig {
            resnet_eps: EPS,
            resnet_groups: Some(GROUPS),
            attn_num_head_channels: None,
            ..Default::default()
        };
        let moments = 2 * config.channels;
        Ok(Self {
            first,
            levels,
            middle: UNetMidBlock2D::new(encoder.pp("mid_block"), input, None, middle)?,
            norm: candle_nn::group_norm(GROUPS, input, EPS, encoder.pp("conv_norm_out"))?,
            last: candle_nn::conv2d(input, moments, 3, around, encoder.pp("conv_out"))?,
            moments: candle_nn::conv2d(
                moments,
                moments,
                1,
                Conv2dConfig::default(),
                tensors.pp("quant_conv"),
            )?,
        })
    }

    /// Mean and deviation of the latent.
    pub fn forward(&self, images: &Tensor) -> Result<(Tensor, Tensor)> {
        let map =
            self.levels.iter().try_fold(self.first.forward(images)?, |map, level| level.forward(&map))?;
        let map = self.norm.forward(&self.middle.forward(&map, None)?)?;
        let moments = self.moments.forward(&self.last.forward(&map.silu()?)?)?.chunk(2, 1)?;
        let [mean, log_variance] = moments.as_slice() else { candle_core::bail!("a latent without moments") };
        let (least, most) = LOG_VARIANCE;
        Ok((mean.clone(), (log_variance.clamp(least, most)? * 0.5)?.exp()?))
    }
}
