//! Features of Stable Diffusion 2 (Rombach et al., 2022), taken as in DIFT (Tang et al., 2023): an image becomes a latent,
//! gets the noise of one step, and the first upsampling block of the U-Net that would take it away again is looked at.

mod config;
mod folder;
mod latent;
mod noise;
mod prompt;
mod transformer;
mod unet;

use std::sync::Arc;

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

use super::{Backbone, Normalisation, Shape};
use crate::model::{ModelError, Weights};

pub use config::{DiffusionConfig, LatentConfig, LevelConfig};
pub use folder::{Parts, outline, read};
use latent::Latent;
pub use prompt::{PROMPT, Prompt, TOKENS};
use unet::Unet;

/// Pixels of the image along a side of a number of its latent: three halvings.
const SHRINKING: usize = 8;
/// Groups of every group norm.
const GROUPS: usize = 32;
/// What its tensors are called among the weights of the backbone: the encoder of images, the U-Net, and what the text
/// encoder makes of the prompt, `[1, tokens, width]`.
pub(super) const IMAGES: &str = "vae.";
pub(super) const NETWORK: &str = "unet.";
pub(super) const TEXT: &str = "prompt";

/// Encoder of images and U-Net, up to the block that is looked at.
#[derive(Clone, Debug)]
pub struct Diffusion {
    shape: Shape,
    latent: Arc<Latent>,
    unet: Arc<Unet>,
    /// What the text encoder makes of the prompt, `[1, tokens, width]`.
    prompt: Tensor,
    /// For each member of the ensemble, what is drawn from the latent's distribution and what is added as noise, `[1,
    /// channels, side, side]`.
    draws: Vec<(Tensor, Tensor)>,
    /// The share of the signal that the step leaves, as a variance.
    signal: f64,
}

impl Diffusion {
    /// Takes the weights that [`read`] gives.
    ///
    /// # Errors
    /// When a tensor is missing or has another shape than `config` says.
    pub fn new(config: &DiffusionConfig, weights: &Weights) -> std::result::Result<Self, ModelError> {
        let prompt = weights.get(TEXT, &[1, TOKENS.len(), config.context])?;
        let tensors = weights.tensors().iter().map(|(key, tensor)| (key.clone(), tensor.clone())).collect();
        let tensors = VarBuilder::from_tensors(tensors, prompt.dtype(), prompt.device());
        let side = config.input / SHRINKING;
        let mut noise = noise::Noise::new();
        let mut draw = || noise.tensor((1, config.latent.channels, side, side), &prompt);
        let draws = (0..config.ensemble).map(|_| Ok((draw()?, draw()?)));
        Ok(Self {
            shape: Shape { input: config.input, normalisation: Normalisation::SIGNED, width: config.width() },
            latent: Arc::new(
                Latent::new(&config.latent, &tensors.pp("vae")).map_err(|error| unfit(weights, &error))?,
            ),
            unet: Arc::new(Unet::new(config, weights, &tensors.pp("unet"))?),
            draws: draws.collect::<Result<_>>()?,
            signal: noise::signal(config.step),
            prompt,
        })
    }

    /// Mean and deviation of the latent of an image, `[batch, channels, side, side]` each.
    ///
    /// # Errors
    /// When the device fails.
    pub fn latent(&self, images: &Tensor) -> Result<(Tensor, Tensor)> {
        self.latent.forward(images)
    }

    /// The map of a latent with noise, `[batch, width, height, width of the map]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn noisy(&self, latent: &Tensor) -> Result<Tensor> {
        self.unet.forward(latent, &self.prompt)
    }
}

/// Parts that do not name the file of the tensors that they miss.
fn unfit(weights: &Weights, error: &candle_core::Error) -> ModelError {
    ModelError::unsuitable(weights.path(), error.to_string())
}

impl Backbone for Diffusion {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn forward(&self, images: &Tensor) -> Result<Tensor> {
        let mut maps = Vec::new();
        for image in images.chunk(images.dim(0)?, 0)? {
            let (mean, deviation) = self.latent(&image)?;
            let mut sum: Option<Tensor> = None;
            for (drawn, noise) in &self.draws {
                let latent = ((&mean + (&deviation * drawn)?)? * latent::SCALE)?;
                let noisy = ((latent * self.signal.sqrt())? + (noise * (1.0 - self.signal).sqrt())?)?;
                let map = self.noisy(&noisy)?;
                sum = Some(match sum {
                    Some(sum) => (sum + map)?,
                    None => map,
                });
            }
            let Some(sum) = sum else { candle_core::bail!("an ensemble without members") };
            maps.push((sum / self.draws.len() as f64)?);
        }
        Tensor::cat(&maps, 0)
    }
}
