//! The U-Net of Stable Diffusion, up to its first upsampling block.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, VarBuilder};
use candle_transformers::models::stable_diffusion::embeddings::{TimestepEmbedding, Timesteps};
use candle_transformers::models::stable_diffusion::resnet::{ResnetBlock2D, ResnetBlock2DConfig};

use super::transformer::Transformer;
use super::{DiffusionConfig, GROUPS, LevelConfig, NETWORK, unfit};
use crate::model::layers::convolution;
use crate::model::{ModelError, Weights};

/// Added to the variance in every norm of a residual block.
const EPS: f64 = 1e-5;

/// The way down, the middle, and the first block of the way up.
#[derive(Debug)]
pub(super) struct Unet {
    first: Conv2d,
    /// What the step is to every residual block, `[1, width]`.
    step: Tensor,
    down: Vec<(Vec<Layer>, Option<Conv2d>)>,
    /// The first two blocks of the middle as one, and the last.
    middle: [Layer; 2],
    up: Vec<Layer>,
    /// The convolution after the enlargement.
    last: Conv2d,
}

/// A residual block, and attention behind it.
#[derive(Debug)]
struct Layer {
    residual: ResnetBlock2D,
    transformer: Option<Transformer>,
}

/// Where layers find their tensors.
struct Tensors<'a> {
    weights: &'a Weights,
    builder: &'a VarBuilder<'a>,
    /// Width of what the step is to a residual block.
    step: usize,
    context: usize,
}

impl Unet {
    pub fn new(
        config: &DiffusionConfig,
        weights: &Weights,
        builder: &VarBuilder<'_>,
    ) -> std::result::Result<Self, ModelError> {
        let (Some(&LevelConfig { width, .. }), Some(&smallest)) =
            (config.levels.first(), config.levels.last())
        else {
            return Err(ModelError::unsuitable(weights.path(), "its U-Net has no levels"));
        };
        let tensors = Tensors { weights, builder, step: 4 * width, context: config.context };
        let (down, before) = down(config, &tensors)?;
        let middle =
            |index: usize, heads| tensors.layer("mid_block", index, (smallest.width, smallest.width), heads);
        // The last level of the way down leaves its maps, and the one before what became smaller.
        let up = (0..=config.layers).map(|index| {
            let skipped = if index == config.layers { before } else { smallest.width };
            let heads = smallest.attends.then_some(smallest.heads);
            tensors.layer("up_blocks.0", index, (smallest.width + skipped, smallest.width), heads)
        });
        let channels = config.latent.channels;
        Ok(Self {
            first: around(weights, "conv_in", channels, width, 1)?,
            step: tensors.step(config.step, width)?,
            down,
            middle: [middle(0, Some(smallest.heads))?, middle(1, None)?],
            up: up.collect::<std::result::Result<_, _>>()?,
            last: around(weights, "up_blocks.0.upsamplers.0.conv", smallest.width, smallest.width, 1)?,
        })
    }

    /// The map after the first upsampling block, twice the smallest, of a latent; `prompt` is `[1, tokens, context]`.
    pub fn forward(&self, latent: &Tensor, prompt: &Tensor) -> Result<Tensor> {
        let mut map = self.first.forward(latent)?;
        let mut skips = vec![map.clone()];
        for (layers, smaller) in &self.down {
            for layer in layers {
                map = layer.forward(&map, &self.step, prompt)?;
                skips.push(map.clone());
            }
            if let Some(smaller) = smaller {
                map = smaller.forward(&map)?;
                skips.push(map.clone());
            }
        }
        for layer in &self.middle {
            map = layer.forward(&map, &self.step, prompt)?;
        }
        for (layer, skip) in self.up.iter().zip(skips.iter().rev()) {
            map = layer.forward(&Tensor::cat(&[&map, skip], 1)?, &self.step, prompt)?;
        }
        let (_, _, height, width) = map.dims4()?;
        self.last.forward(&map.upsample_nearest2d(2 * height, 2 * width)?)
    }
}

/// The levels on the way down, and the width of the last but one.
type Down = (Vec<(Vec<Layer>, Option<Conv2d>)>, usize);

fn down(config: &DiffusionConfig, tensors: &Tensors<'_>) -> std::result::Result<Down, ModelError> {
    let (mut down, mut input, mut before) =
        (Vec::new(), config.levels.first().map_or(0, |first| first.width), 0);
    for (index, &LevelConfig { width, heads, attends }) in config.levels.iter().enumerate() {
        let name = format!("down_blocks.{index}");
        let layers = (0..config.layers).map(|layer| {
            let from = if layer == 0 { input } else { width };
            tensors.layer(&name, layer, (from, width), attends.then_some(heads))
        });
        let layers = layers.collect::<std::result::Result<_, _>>()?;
        let smaller = (index + 1 < config.levels.len())
            .then(|| around(tensors.weights, &format!("{name}.downsamplers.0.conv"), width, width, 2));
        down.push((layers, smaller.transpose()?));
        (before, input) = (input, width);
    }
    Ok((down, before))
}

/// A 3×3 convolution that keeps the size, or divides it by the stride.
fn around(
    weights: &Weights,
    name: &str,
    input: usize,
    output: usize,
    stride: usize,
) -> std::result::Result<Conv2d, ModelError> {
    let config = Conv2dConfig { padding: 1, stride, ..Conv2dConfig::default() };
    convolution(weights, &format!("{NETWORK}{name}"), [output, input, 3, 3], config)
}

impl Tensors<'_> {
    fn layer(
        &self,
        block: &str,
        index: usize,
        (input, output): (usize, usize),
        heads: Option<usize>,
    ) -> std::result::Result<Layer, ModelError> {
        let residual = ResnetBlock2DConfig {
            out_channels: Some(output),
            temb_channels: Some(self.step),
            groups: GROUPS,
            eps: EPS,
            ..Default::default()
        };
        let named = self.builder.pp(block).pp("resnets").pp(index);
        let transformer = heads.map(|heads| {
            let name = format!("{NETWORK}{block}.attentions.{index}");
            Transformer::new(self.weights, &name, (output, self.context), heads)
        });
        Ok(Layer {
            residual: ResnetBlock2D::new(named, input, residual)
                .map_err(|error| unfit(self.weights, &error))?,
            transformer: transformer.transpose()?,
        })
    }

    /// What a step is to every residual block.
    fn step(&self, step: usize, width: usize) -> std::result::Result<Tensor, ModelError> {
        let embedding = TimestepEmbedding::new(self.builder.pp("time_embedding"), width, self.step);
        let embedding = embedding.map_err(|error| unfit(self.weights, &error))?;
        let (device, dtype) = (self.builder.device(), self.builder.dtype());
        let waves = Timesteps::new(width, true, 0.0).forward(&Tensor::new(&[step as f32], device)?)?;
        Ok(embedding.forward(&waves.to_dtype(dtype)?)?)
    }
}

impl Layer {
    fn forward(&self, map: &Tensor, step: &Tensor, prompt: &Tensor) -> Result<Tensor> {
        let map = self.residual.forward(map, Some(step))?;
        match &self.transformer {
            Some(transformer) => transformer.forward(&map, prompt),
            None => Ok(map),
        }
    }
}
