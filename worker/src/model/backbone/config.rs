//! Dimensions of the backbones.

use serde::{Deserialize, Serialize};

use super::{ConvNextConfig, DiffusionConfig, HieraConfig, VitConfig};

/// Kinds of backbones, with their dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "config", rename_all = "lowercase")]
pub enum BackboneConfig {
    /// DINOv2.
    Dinov2(VitConfig),
    /// OpenCLIP's ConvNeXt.
    ConvNext(ConvNextConfig),
    /// The image encoder of SAM 2.
    Hiera(HieraConfig),
    /// Stable Diffusion 2.
    Diffusion(DiffusionConfig),
}

impl BackboneConfig {
    /// Its name in messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Dinov2(_) => "DINOv2",
            Self::ConvNext(_) => "OpenCLIP ConvNeXt",
            Self::Hiera(_) => "SAM 2 Hiera",
            Self::Diffusion(_) => "Stable Diffusion 2",
        }
    }

    /// Side of its square input in pixels.
    #[must_use]
    pub const fn input(&self) -> usize {
        match self {
            Self::Dinov2(config) => config.input,
            Self::ConvNext(config) => config.input,
            Self::Hiera(config) => config.input,
            Self::Diffusion(config) => config.input,
        }
    }

    /// Channels of its map.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Dinov2(config) => config.width,
            Self::ConvNext(config) => config.width(),
            Self::Hiera(config) => config.neck,
            Self::Diffusion(config) => config.width(),
        }
    }

    /// Numbers that are there at a time for an image: an estimate from above.
    #[must_use]
    pub fn numbers(&self, on_cpu: bool) -> u64 {
        match self {
            Self::Dinov2(config) => config.numbers(on_cpu),
            Self::ConvNext(config) => config.numbers(),
            Self::Hiera(config) => config.numbers(on_cpu),
            Self::Diffusion(config) => config.numbers(),
        }
    }

    /// Whether the dimensions make a network.
    ///
    /// # Errors
    /// Says which one does not fit.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Dinov2(config) => config.check(),
            Self::ConvNext(config) => config.check(),
            Self::Hiera(config) => config.check(),
            Self::Diffusion(config) => config.check(),
        }
    }
}
