//! The folder in which Stable Diffusion 2 is published, as the diffusers library lays it out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Tensor;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{
    DiffusionConfig, GROUPS, IMAGES, LatentConfig, LevelConfig, NETWORK, Prompt, TEXT, TOKENS, latent,
};
use crate::model::{ModelError, Weights, checkpoint};

/// Where the published files lie, the preferred name first.
const UNET: [&str; 2] =
    ["unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors"];
const VAE: [&str; 2] =
    ["vae/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.fp16.safetensors"];
const TEXT_ENCODER: [&str; 2] = ["text_encoder/model.safetensors", "text_encoder/model.fp16.safetensors"];

/// Parts of a U-Net that its features do not come from.
const BEHIND: [&str; 5] = ["up_blocks.1.", "up_blocks.2.", "up_blocks.3.", "conv_norm_out.", "conv_out."];

/// What is in the folder.
#[derive(Debug)]
pub struct Parts {
    /// Its dimensions.
    pub config: DiffusionConfig,
    /// What [`Diffusion::new`](super::Diffusion::new) takes.
    pub weights: Weights,
    /// The files that were read.
    pub files: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct UnetJson {
    block_out_channels: Vec<usize>,
    attention_head_dim: Heads,
    down_block_types: Vec<String>,
    layers_per_block: usize,
    cross_attention_dim: usize,
    #[serde(default = "groups")]
    norm_num_groups: usize,
    in_channels: usize,
    #[serde(default)]
    use_linear_projection: bool,
}

/// The number of heads of all levels, or of each; the library calls it their width.
#[derive(Deserialize)]
#[serde(untagged)]
enum Heads {
    All(usize),
    Each(Vec<usize>),
}

#[derive(Deserialize)]
struct VaeJson {
    block_out_channels: Vec<usize>,
    layers_per_block: usize,
    latent_channels: usize,
    #[serde(default = "groups")]
    norm_num_groups: usize,
    #[serde(default = "scale")]
    scaling_factor: f64,
}

#[derive(Deserialize)]
struct TextJson {
    num_attention_heads: usize,
    hidden_act: String,
}

const fn groups() -> usize {
    GROUPS
}

const fn scale() -> f64 {
    latent::SCALE
}

/// What a reader of checkpoints makes of a file.
type Reader = fn(&Path) -> Result<Weights, ModelError>;

/// Reads the folder.
///
/// # Errors
/// When a file is missing or damaged, or its dimensions are of another kind of network.
pub fn read(folder: &Path) -> Result<Parts, ModelError> {
    let config = dimensions(folder)?;
    let text = json::<TextJson>(folder, "text_encoder")?;
    let text_encoder = find(folder, TEXT_ENCODER)?;
    let (mut tensors, mut files) = encoders(folder, checkpoint::read)?;
    let prompt = prompt(&checkpoint::read(&text_encoder)?, &text, &config)?;
    tensors.insert(TEXT.to_owned(), prompt);
    files.push(text_encoder);
    Ok(Parts { config, weights: Weights::new(folder, tensors), files })
}

/// The dimensions in the folder, and how many numbers its encoder of images and its U-Net are.
///
/// # Errors
/// As [`read`], as far as it shows without the numbers.
pub fn outline(folder: &Path) -> Result<(DiffusionConfig, u64), ModelError> {
    let config = dimensions(folder)?;
    find(folder, TEXT_ENCODER)?;
    let (tensors, _) = encoders(folder, checkpoint::outline)?;
    Ok((config, Weights::new(folder, tensors).parameters()))
}

fn dimensions(folder: &Path) -> Result<DiffusionConfig, ModelError> {
    let config = config(json(folder, "unet")?, json(folder, "vae")?);
    let config = config.map_err(|reason| ModelError::unsuitable(folder, reason))?;
    config.check().map_err(|reason| ModelError::unsuitable(folder, reason))?;
    Ok(config)
}

/// What is needed of U-Net and encoder of images, and the files that have it.
fn encoders(folder: &Path, read: Reader) -> Result<(BTreeMap<String, Tensor>, Vec<PathBuf>), ModelError> {
    let files = [(NETWORK, find(folder, UNET)?), (IMAGES, find(folder, VAE)?)];
    let mut tensors = BTreeMap::new();
    for (prefix, file) in &files {
        let part = read(file)?;
        let needed = part.tensors().iter().filter(|(key, _)| !behind(key));
        tensors.extend(needed.map(|(key, tensor)| (format!("{prefix}{key}"), tensor.clone())));
    }
    Ok((tensors, files.into_iter().map(|(_, file)| file).collect()))
}

fn behind(key: &str) -> bool {
    let decoder = ["decoder.", "post_quant_conv."].iter().any(|part| key.starts_with(part));
    decoder || BEHIND.iter().any(|part| key.starts_with(part))
}

fn json<T: DeserializeOwned>(folder: &Path, part: &str) -> Result<T, ModelError> {
    let path = folder.join(part).join("config.json");
    let text = fs::read(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => missing(folder, &format!("{part}/config.json")),
        _ => ModelError::io(&path)(error),
    })?;
    serde_json::from_slice(&text).map_err(|error| {
        ModelError::unsuitable(&path, format!("is no description of a network: {error}; download it again"))
    })
}

fn find(folder: &Path, names: [&str; 2]) -> Result<PathBuf, ModelError> {
    let found = names.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| missing(folder, names[0]))
}

fn missing(folder: &Path, name: &str) -> ModelError {
    let reason = format!("has no {name}: download the folder of Stable Diffusion 2.1 for diffusers whole");
    ModelError::unsuitable(folder, reason)
}

fn config(unet: UnetJson, vae: VaeJson) -> Result<DiffusionConfig, String> {
    if !unet.use_linear_projection {
        return Err("its U-Net is not of Stable Diffusion 2 (use_linear_projection is not set)".to_owned());
    }
    for groups in [unet.norm_num_groups, vae.norm_num_groups] {
        if groups != GROUPS {
            return Err(format!("its norms have {groups} groups, not {GROUPS}"));
        }
    }
    if (vae.scaling_factor - latent::SCALE).abs() > 1e-6 || unet.in_channels != vae.latent_channels {
        return Err("its encoder of images is not of Stable Diffusion 2".to_owned());
    }
    let count = unet.block_out_channels.len();
    let heads = match unet.attention_head_dim {
        Heads::All(heads) => vec![heads; count],
        Heads::Each(heads) => heads,
    };
    if heads.len() != count || unet.down_block_types.len() != count {
        return Err(format!("its U-Net has {count} levels, and heads and kinds of another number"));
    }
    let levels = unet.block_out_channels.iter().zip(heads).zip(&unet.down_block_types);
    let levels = levels.map(|((&width, heads), kind)| match kind.as_str() {
        "CrossAttnDownBlock2D" => Ok(LevelConfig { width, heads, attends: true }),
        "DownBlock2D" => Ok(LevelConfig { width, heads, attends: false }),
        other => Err(format!("its U-Net has a level of kind {other}, which is not supported")),
    });
    Ok(DiffusionConfig {
        latent: LatentConfig {
            widths: vae.block_out_channels,
            layers: vae.layers_per_block,
            channels: vae.latent_channels,
        },
        levels: levels.collect::<Result<_, _>>()?,
        layers: unet.layers_per_block,
        context: unet.cross_attention_dim,
        step: DiffusionConfig::STEP,
        ensemble: DiffusionConfig::ENSEMBLE,
        input: DiffusionConfig::INPUT,
    })
}

/// What the text encoder makes of the prompt.
fn prompt(weights: &Weights, text: &TextJson, config: &DiffusionConfig) -> Result<Tensor, ModelError> {
    if text.hidden_act != "gelu" {
        let reason = format!("its activation is {}, not the gelu of Stable Diffusion 2", text.hidden_act);
        return Err(ModelError::unsuitable(weights.path(), reason));
    }
    let prompt = Prompt::new(weights, text.num_attention_heads)?.forward(&TOKENS)?;
    match prompt.dims3()? {
        (_, _, width) if width == config.context => Ok(prompt),
        (_, _, width) => {
            let reason = format!("is {width} wide, its U-Net expects {}", config.context);
            Err(ModelError::unsuitable(weights.path(), reason))
        }
    }
}
