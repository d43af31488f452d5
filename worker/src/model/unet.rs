//! The U-Net.

use candle_core::{DType, Tensor};
use shiage_kernels::{Conv3x3, Corners, InstanceNormRelu, MaxPool2, Resize};

use super::{ModelError, UnetConfig, Weights};

/// `nn.InstanceNorm2d` with its default epsilon, then ReLU.
const NORM: InstanceNormRelu = InstanceNormRelu { eps: 1e-5 };

/// A stage inside the U-Net, for whoever wants to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Output of an encoder level, counted from the largest map.
    Encoder(usize),
    /// Output of the bottleneck.
    Bottleneck,
    /// Output of a decoder level, counted from the smallest map.
    Decoder(usize),
}

/// A U-Net of double 3×3 convolutions with instance norm, without its last layer.
#[derive(Clone, Debug)]
pub struct Trunk {
    encoder: Vec<Double>,
    bottleneck: Double,
    /// From the smallest map up: the convolution after the enlargement, and the level it leads to.
    decoder: Vec<(Conv3x3, Double)>,
}

impl Trunk {
    /// Takes the weights by the keys of the published checkpoints. `inputs` is the number of channels of the image,
    /// `widths` are those of the encoder's levels from the largest map down.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape.
    pub fn new(inputs: usize, widths: &[usize], weights: &Weights) -> Result<Self, ModelError> {
        let mut encoder = Vec::with_capacity(widths.len());
        let mut input = inputs;
        for (level, &width) in widths.iter().enumerate() {
            encoder.push(Double::new(weights, &format!("unet.encoder_blocks.{level}"), input, width)?);
            input = width;
        }
        let bottleneck = Double::new(weights, "unet.bottleneck", input, 2 * input)?;
        let mut decoder = Vec::with_capacity(widths.len());
        for (step, &width) in widths.iter().rev().enumerate() {
            let enlarged =
                convolution(weights, &format!("unet.decoder_up_convs.{step}.up.1"), 2 * width, width)?;
            decoder.push((
                enlarged,
                Double::new(weights, &format!("unet.decoder_conv_blocks.{step}"), 2 * width, width)?,
            ));
        }
        Ok(Self { encoder, bottleneck, decoder })
    }

    /// The largest map of the decoder, `[batch, first width, side, side]`, of an image `[batch, inputs, side, side]`;
    /// shows the output of every stage to `see`.
    ///
    /// # Errors
    /// When the side cannot be halved often enough, or the device fails.
    pub fn forward_seen(
        &self,
        image: &Tensor,
        see: &mut dyn FnMut(Stage, &Tensor),
    ) -> candle_core::Result<Tensor> {
        let mut map = image.clone();
        let mut skips = Vec::with_capacity(self.encoder.len());
        for (level, block) in self.encoder.iter().enumerate() {
            let skip = block.forward(&[&map])?;
            see(Stage::Encoder(level), &skip);
            map = MaxPool2.apply(&skip)?;
            skips.push(skip);
        }
        map = self.bottleneck.forward(&[&map])?;
        see(Stage::Bottleneck, &map);
        for (step, ((enlarged, block), skip)) in self.decoder.iter().zip(skips.into_iter().rev()).enumerate()
        {
            let (_, _, height, width) = skip.dims4()?;
            let larger = Resize { height, width, corners: Corners::Aligned }.apply(&map)?;
            let up = NORM.apply(enlarged.forward(&[&larger])?)?;
            drop(larger);
            map = block.forward(&[&skip, &up])?;
            see(Stage::Decoder(step), &map);
        }
        Ok(map)
    }
}

/// A U-Net whose last layer, a 1×1 convolution, is kept apart: it commutes with pooling, so it runs on a row for each
/// segment instead of every pixel.
#[derive(Clone, Debug)]
pub struct Unet {
    trunk: Trunk,
    /// `[first width, features]`, f32 as the rows are that it is applied to.
    last_weight: Tensor,
    last_bias: Tensor,
}

impl Unet {
    /// Takes the weights by the keys of the published checkpoints.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` and `features` say.
    pub fn new(config: &UnetConfig, features: usize, weights: &Weights) -> Result<Self, ModelError> {
        let widths = &config.widths;
        let first = widths.first().copied().unwrap_or(3);
        let last = weights.get("unet.final_conv.weight", &[features, first, 1, 1])?;
        Ok(Self {
            trunk: Trunk::new(3, widths, weights)?,
            last_weight: last.flatten_from(1)?.t()?.to_dtype(DType::F32)?,
            last_bias: weights.get("unet.final_conv.bias", &[features])?.to_dtype(DType::F32)?,
        })
    }

    /// The map before the last layer, `[batch, first width, side, side]`, of an image `[batch, 3, side, side]`.
    ///
    /// # Errors
    /// When the side cannot be halved often enough, or the device fails.
    pub fn forward(&self, image: &Tensor) -> candle_core::Result<Tensor> {
        self.forward_seen(image, &mut |_, _| ())
    }

    /// [`forward`](Self::forward), showing the output of every stage to `see`.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    pub fn forward_seen(
        &self,
        image: &Tensor,
        see: &mut dyn FnMut(Stage, &Tensor),
    ) -> candle_core::Result<Tensor> {
        self.trunk.forward_seen(image, see)
    }

    /// The last layer on rows of channels, `[rows, first width]` f32 to `[rows, features]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn last_layer(&self, rows: &Tensor) -> candle_core::Result<Tensor> {
        rows.matmul(&self.last_weight)?.broadcast_add(&self.last_bias)
    }
}

/// Two 3×3 convolutions, each with instance norm and ReLU.
#[derive(Clone, Debug)]
struct Double {
    first: Conv3x3,
    second: Conv3x3,
}

impl Double {
    fn new(weights: &Weights, name: &str, input: usize, output: usize) -> Result<Self, ModelError> {
        Ok(Self {
            first: convolution(weights, &format!("{name}.conv.0"), input, output)?,
            second: convolution(weights, &format!("{name}.conv.3"), output, output)?,
        })
    }

    fn forward(&self, maps: &[&Tensor]) -> candle_core::Result<Tensor> {
        let map = NORM.apply(self.first.forward(maps)?)?;
        NORM.apply(self.second.forward(&[&map])?)
    }
}

/// A convolution before an instance norm. The norm takes the mean away and the bias with it, so the bias is only
/// checked for.
fn convolution(weights: &Weights, name: &str, input: usize, output: usize) -> Result<Conv3x3, ModelError> {
    weights.get(&format!("{name}.bias"), &[output])?;
    let weight = weights.get(&format!("{name}.weight"), &[output, input, 3, 3])?;
    Ok(Conv3x3::new(&weight)?)
}
