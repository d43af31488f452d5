//! Random weights: a model of any size, to measure its speed and memory where no checkpoint is at hand.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{Device, Result, Tensor, bail};

use super::backbone::VitConfig;
use super::{BackboneConfig, Comparison, ModelConfig, Reduction, UnetConfig, Version, Weights};

/// Spread of the values, as networks are often begun with.
const SPREAD: f32 = 0.02;

impl ModelConfig {
    /// The dimensions of the published model of this version, with its ViT-L/14 backbone.
    #[must_use]
    pub fn published(version: Version) -> Self {
        let backbone =
            VitConfig { width: 1024, depth: 24, heads: 16, mlp_width: 4096, patch: 14, input: 518 };
        Self {
            version,
            backbone: Some(BackboneConfig::Dinov2(backbone)),
            reduction: Reduction::LastLayer,
            unet: Some(UnetConfig { widths: vec![64, 128, 256, 512], input: 512 }),
            features: 128,
            head_width: 512,
            pool_size: (512, 512),
            comparison: Comparison::Cosine,
        }
    }
}

/// Random weights of a model whose backbone, if it has one, is a DINOv2: those of U-Net and heads, and those of the
/// backbone.
///
/// # Errors
/// When the backbone is another, the model is a variant, or there is no room for them.
pub fn weights(config: &ModelConfig) -> Result<(Weights, Option<Weights>)> {
    if !config.reduction.is_published() || !config.comparison.is_published() {
        bail!("no random weights are made for variants");
    }
    let mut main = Random::default();
    if let Some(unet) = &config.unet {
        main.unet(unet, config.features)?;
    }
    let backbone = match &config.backbone {
        None => None,
        Some(BackboneConfig::Dinov2(backbone)) => {
            if config.unet.is_some() {
                main.heads(config, backbone)?;
            }
            let mut vit = Random::default();
            vit.vit(backbone)?;
            Some(vit.weights())
        }
        Some(other) => bail!("no random weights are made for {}", other.name()),
    };
    Ok((main.weights(), backbone))
}

/// Named random tensors.
#[derive(Default)]
struct Random(BTreeMap<String, Tensor>);

impl Random {
    fn weights(self) -> Weights {
        Weights::new(Path::new("random"), self.0)
    }

    fn tensor(&mut self, name: String, shape: &[usize]) -> Result<()> {
        self.0.insert(name, Tensor::randn(0f32, SPREAD, shape, &Device::Cpu)?);
        Ok(())
    }

    /// A layer with its bias.
    fn layer(&mut self, name: &str, shape: &[usize]) -> Result<()> {
        self.tensor(format!("{name}.weight"), shape)?;
        self.tensor(format!("{name}.bias"), &shape[..1])
    }

    fn double(&mut self, name: &str, input: usize, output: usize) -> Result<()> {
        self.layer(&format!("{name}.conv.0"), &[output, input, 3, 3])?;
        self.layer(&format!("{name}.conv.3"), &[output, output, 3, 3])
    }

    fn unet(&mut self, config: &UnetConfig, features: usize) -> Result<()> {
        let mut input = 3;
        for (level, &width) in config.widths.iter().enumerate() {
            self.double(&format!("unet.encoder_blocks.{level}"), input, width)?;
            input = width;
        }
        self.double("unet.bottleneck", input, 2 * input)?;
        for (step, &width) in config.widths.iter().rev().enumerate() {
            let enlarged = format!("unet.decoder_up_convs.{step}.up.1");
            self.layer(&enlarged, &[width, 2 * width, 3, 3])?;
            self.double(&format!("unet.decoder_conv_blocks.{step}"), 2 * width, width)?;
        }
        let first = config.widths.first().copied().unwrap_or(3);
        self.layer("unet.final_conv", &[features, first, 1, 1])
    }

    fn mlp(&mut self, name: &str, [input, hidden, output]: [usize; 3]) -> Result<()> {
        self.layer(&format!("{name}.fc1"), &[hidden, input])?;
        self.layer(&format!("{name}.fc2"), &[output, hidden])
    }

    fn heads(&mut self, config: &ModelConfig, backbone: &VitConfig) -> Result<()> {
        let (features, hidden) = (config.features, config.head_width);
        self.mlp("dino_mlp", [backbone.width, hidden, features])?;
        match config.version {
            Version::V1_0 => self.mlp("dino_unet_mlp", [2 * features, hidden, features]),
            Version::V1_1 => Ok(()),
        }
    }

    fn vit(&mut self, config: &VitConfig) -> Result<()> {
        let VitConfig { width, depth, patch, mlp_width, .. } = *config;
        self.layer("patch_embed.proj", &[width, 3, patch, patch])?;
        self.tensor("cls_token".into(), &[1, 1, width])?;
        self.tensor("pos_embed".into(), &[1, 1 + config.grid() * config.grid(), width])?;
        self.layer("norm", &[width])?;
        for block in 0..depth {
            let name = |part: &str| format!("blocks.{block}.{part}");
            self.layer(&name("norm1"), &[width])?;
            self.layer(&name("norm2"), &[width])?;
            self.layer(&name("attn.qkv"), &[3 * width, width])?;
            self.layer(&name("attn.proj"), &[width, width])?;
            self.layer(&name("mlp.fc1"), &[mlp_width, width])?;
            self.layer(&name("mlp.fc2"), &[width, mlp_width])?;
            self.tensor(name("ls1.gamma"), &[width])?;
            self.tensor(name("ls2.gamma"), &[width])?;
        }
        Ok(())
    }
}
