//! Foundation models as encoders of images: what the features of a drawing come from.
//!
//! Each takes the file that its authors publish and is compared with their own module on a small model of random
//! weights (`worker/tests/it/foundation.rs`).

mod config;
pub mod convnext;
pub mod diffusion;
pub mod hiera;
pub mod published;
pub mod vit;

use std::fmt::Debug;
use std::sync::Arc;

use candle_core::{Result, Tensor};

use super::{ModelError, Weights};

pub use config::BackboneConfig;
pub use convnext::{ConvNext, ConvNextConfig};
pub use diffusion::{Diffusion, DiffusionConfig};
pub use hiera::{Hiera, HieraConfig};
pub use vit::{Vit, VitConfig};

/// An encoder of square images.
pub trait Backbone: Debug + Send + Sync {
    /// What it takes and gives.
    fn shape(&self) -> Shape;

    /// The map of images `[batch, 3, side, side]` whose colours are [normalised](Shape::normalisation): `[batch, width,
    /// height, width of the map]`. What comes out for an image does not follow from the others of its batch.
    ///
    /// # Errors
    /// When an image has another size, or the device fails.
    fn forward(&self, images: &Tensor) -> Result<Tensor>;

    /// The maps after some of its blocks, in order, counted from 1, of images whose colours are in `0..=1`: `[batch, width,
    /// height, width of the map]` each.
    ///
    /// # Errors
    /// When it has not blocks whose maps are all of one size, as DINOv2 has; otherwise as [`forward`](Self::forward).
    fn layers(&self, _images: &Tensor, layers: &[usize]) -> Result<Vec<Tensor>> {
        candle_core::bail!("layers {layers:?} of a backbone whose layers have maps of different sizes")
    }

    /// The map of images whose colours are in `0..=1`.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    fn features(&self, images: &Tensor) -> Result<Tensor> {
        self.forward(&self.shape().normalisation.apply(images)?)
    }
}

/// What a backbone takes and gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Side of its square input in pixels.
    pub input: usize,
    /// What it expects of colours.
    pub normalisation: Normalisation,
    /// Channels of its map.
    pub width: usize,
}

/// What a network expects of red, green and blue: `(colour - mean) / deviation`, colours being in `0..=1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normalisation {
    /// Taken away.
    pub mean: [f32; 3],
    /// Divided by.
    pub deviation: [f32; 3],
}

impl Normalisation {
    /// Colours as they are.
    pub const NONE: Self = Self { mean: [0.0; 3], deviation: [1.0; 3] };
    /// Mean and deviation of ImageNet.
    pub const IMAGENET: Self = Self { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
    /// Mean and deviation of the images that CLIP was trained on.
    pub const CLIP: Self = Self {
        mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
        deviation: [0.268_629_54, 0.261_302_6, 0.275_777_1],
    };
    /// From -1 to 1.
    pub const SIGNED: Self = Self { mean: [0.5; 3], deviation: [0.5; 3] };

    fn apply(&self, images: &Tensor) -> Result<Tensor> {
        if *self == Self::NONE {
            return Ok(images.clone());
        }
        let channel = |values: &[f32; 3]| -> Result<Tensor> {
            Tensor::new(values, images.device())?.reshape((3, 1, 1))?.to_dtype(images.dtype())
        };
        images.broadcast_sub(&channel(&self.mean)?)?.broadcast_div(&channel(&self.deviation)?)
    }
}

/// Assembles a backbone.
///
/// # Errors
/// When a tensor is missing or has another shape than `config` says.
pub fn assemble(
    config: &BackboneConfig,
    weights: &Weights,
) -> std::result::Result<Arc<dyn Backbone>, ModelError> {
    Ok(match config {
        BackboneConfig::Dinov2(config) => Arc::new(Vit::new(config, weights)?),
        BackboneConfig::ConvNext(config) => Arc::new(ConvNext::new(config, weights)?),
        BackboneConfig::Hiera(config) => Arc::new(Hiera::new(config, weights)?),
        BackboneConfig::Diffusion(config) => Arc::new(Diffusion::new(config, weights)?),
    })
}
