//! The foundation models that the paper compares.

use worker::model::BackboneConfig;

/// A kind of backbone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoder {
    Dinov2,
    ConvNext,
    Hiera,
    Diffusion,
}

impl Encoder {
    pub(super) const fn of(config: &BackboneConfig) -> Self {
        match config {
            BackboneConfig::Dinov2(_) => Self::Dinov2,
            BackboneConfig::ConvNext(_) => Self::ConvNext,
            BackboneConfig::Hiera(_) => Self::Hiera,
            BackboneConfig::Diffusion(_) => Self::Diffusion,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Dinov2 => "DINOv2",
            Self::ConvNext => "OpenCLIP ConvNeXt",
            Self::Hiera => "SAM 2.1",
            Self::Diffusion => "Stable Diffusion 2.1",
        }
    }

    /// What its authors publish.
    pub(super) const fn published(self) -> &'static str {
        match self {
            Self::Dinov2 => "dinov2_vitl14_pretrain.pth",
            Self::ConvNext => "open_clip_pytorch_model.bin of a convnext_large model",
            Self::Hiera => "sam2.1_hiera_large.pt",
            Self::Diffusion => "its folder for diffusers (unet, vae, text_encoder)",
        }
    }

    /// Whether a backbone has the size that the paper compares: DINOv2 L, ConvNeXt-Large, SAM 2.1 Large.
    pub(super) fn is_of_the_paper(config: &BackboneConfig) -> bool {
        match config {
            BackboneConfig::Dinov2(config) => config.width == 1024,
            BackboneConfig::ConvNext(config) => config.width() == 1536,
            BackboneConfig::Hiera(config) => config.width == 144,
            BackboneConfig::Diffusion(config) => config.width() == 1280,
        }
    }
}
