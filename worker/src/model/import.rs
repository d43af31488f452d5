//! Importing published checkpoints into a model folder.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Tensor;

use super::config::{Architecture, FORMAT, MODEL_JSON, ModelFile};
use super::source::digest;
use super::{
    BackboneConfig, Dacon, ModelConfig, ModelError, Place, UnetConfig, Version, Weights, checkpoint,
};

/// U-Net and heads, in a model folder.
pub(super) const WEIGHTS: &str = "dacon.safetensors";
/// The backbone, in a model folder.
pub(super) const BACKBONE: &str = "backbone.safetensors";

/// Sides of the inputs of the published model. They are not in the checkpoint, except the backbone's, which follows
/// from the position embedding.
const UNET_INPUT: usize = 512;
const BACKBONE_INPUT: usize = 518;
/// Size the masks of version 1.1 are pooled to; not in the checkpoint either.
const POOL_SIZE: (usize, usize) = (512, 512);

/// What was imported.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// The model folder.
    pub folder: PathBuf,
    /// Dimensions found in the tensors.
    pub config: ModelConfig,
    /// Number of weights.
    pub parameters: usize,
    /// What had to be assumed, a sentence each.
    pub notices: Vec<String>,
}

/// Imports a DACoN checkpoint and its DINOv2 backbone (`.pth` or `.safetensors`) into the model folder `out`.
///
/// The backbone may be left out if the checkpoint carries it under `dino.`. Version and dimensions are found in the
/// tensors. The number of attention heads is not there: it is `width / 64` for the published backbones, otherwise
/// `heads`, otherwise 4 with a notice. A model that is already at `out` is replaced; a failed import leaves it alone.
///
/// # Errors
/// When a file cannot be read or is no such checkpoint, a tensor is missing or does not fit the others, the variant is
/// not supported, or `out` cannot be written or holds something else than a model.
pub fn import(
    dacon: &Path,
    backbone: Option<&Path>,
    heads: Option<usize>,
    out: &Path,
) -> Result<ImportReport, ModelError> {
    check_target(out)?;
    let weights = read_dacon(dacon)?;
    let backbone = match backbone {
        Some(path) => read_backbone(path)?,
        None if weights.has("dino.") => weights.under("dino."),
        None => {
            let reason =
                "its DINOv2 backbone is not in this file: pass the backbone's checkpoint with --backbone";
            return Err(ModelError::unsuitable(dacon, reason));
        }
    };
    let mut notices = Vec::new();
    let config = find_config(&weights, &backbone, heads, &mut notices)?;
    // Assembling checks every tensor before anything is written.
    Dacon::new(&config, &weights, Some(&backbone), &Place::cpu())?;
    let needed =
        |key: &str| ["unet.", "dino_mlp.", "dino_unet_mlp."].iter().any(|prefix| key.starts_with(prefix));
    let parts = [(WEIGHTS, weights.filter(needed)), (BACKBONE, backbone.filter(|key| key != "mask_token"))];
    let parameters = parts.iter().flat_map(|(_, part)| part.tensors().values()).map(Tensor::elem_count);
    let parameters = parameters.sum();
    write_folder(out, &config, &parts)?;
    Ok(ImportReport { folder: out.to_owned(), config, parameters, notices })
}

fn read_dacon(path: &Path) -> Result<Weights, ModelError> {
    let weights = checkpoint::read(path)?;
    if weights.has("unet.") {
        return Ok(weights);
    }
    let reason = if weights.has("patch_embed.") {
        "this is a DINOv2 backbone, pass it with --backbone"
    } else {
        "this is no DACoN checkpoint: it has no tensor \"unet.…\""
    };
    Err(ModelError::unsuitable(path, reason))
}

fn read_backbone(path: &Path) -> Result<Weights, ModelError> {
    let weights = checkpoint::read(path)?;
    let reason = if weights.has("register_tokens") {
        "this DINOv2 has register tokens, which DACoN does not use; take the backbone without (no \"_reg\" in its name)"
    } else if weights.has("blocks.0.mlp.w12") {
        "this DINOv2 has SwiGLU layers (ViT-g), which are not supported; take ViT-S, B or L"
    } else if weights.has("patch_embed.") {
        return Ok(weights);
    } else if weights.has("unet.") {
        "this is a DACoN checkpoint, not a backbone; --backbone wants the DINOv2 checkpoint"
    } else {
        "this is no DINOv2 checkpoint: it has no tensor \"patch_embed.…\""
    };
    Err(ModelError::unsuitable(path, reason))
}

/// Reads version and dimensions off the tensors.
fn find_config(
    weights: &Weights,
    backbone: &Weights,
    heads: Option<usize>,
    notices: &mut Vec<String>,
) -> Result<ModelConfig, ModelError> {
    let mut widths = Vec::new();
    while weights.has(&format!("unet.encoder_blocks.{}.", widths.len())) {
        let name = format!("unet.encoder_blocks.{}.conv.0.weight", widths.len());
        let [width, ..] = weights.shape::<4>(&name, "[width, input, 3, 3]")?;
        widths.push(width);
    }
    let [features, ..] = weights.shape::<4>("unet.final_conv.weight", "[features, width, 1, 1]")?;
    let [head_width, _] = weights.shape("dino_mlp.fc1.weight", "[hidden, width]")?;
    let version = if weights.has("dino_unet_mlp.") { Version::V1_0 } else { Version::V1_1 };
    let unet = UnetConfig { widths, input: UNET_INPUT };
    let backbone = find_backbone(backbone, head_width, heads, notices)?;
    let config = ModelConfig { version, backbone: Some(backbone), unet, features, pool_size: POOL_SIZE };
    config.check().map_err(|reason| ModelError::unsuitable(weights.path(), reason))?;
    Ok(config)
}

fn find_backbone(
    weights: &Weights,
    head_width: usize,
    heads: Option<usize>,
    notices: &mut Vec<String>,
) -> Result<BackboneConfig, ModelError> {
    let [width, _, patch, _] = weights.shape("patch_embed.proj.weight", "[width, 3, patch, patch]")?;
    let [mlp_width, _] = weights.shape("blocks.0.mlp.fc1.weight", "[hidden, width]")?;
    let [_, positions, _] = weights.shape("pos_embed", "[1, positions, width]")?;
    let depth = (0..).take_while(|index| weights.has(&format!("blocks.{index}."))).count();
    let grid = BACKBONE_INPUT.checked_div(patch).unwrap_or(0);
    if positions != 1 + grid * grid {
        let reason = format!(
            "its position embedding has {positions} entries, not the {} of {grid}x{grid} patches and a class token; \
             take the DINOv2 checkpoint of input size {BACKBONE_INPUT}",
            1 + grid * grid
        );
        return Err(ModelError::unsuitable(weights.path(), reason));
    }
    let heads = heads.unwrap_or_else(|| find_heads(width, notices));
    Ok(BackboneConfig { width, depth, heads, mlp_width, patch, input: grid * patch, head_width })
}

fn find_heads(width: usize, notices: &mut Vec<String>) -> usize {
    const PUBLISHED: [usize; 4] = [384, 768, 1024, 1536];
    if PUBLISHED.contains(&width) {
        return width / 64;
    }
    notices.push(format!(
        "No published backbone is {width} wide: 4 attention heads are assumed (--heads sets them)."
    ));
    4
}

/// A folder is only ever replaced if it is a model.
fn check_target(out: &Path) -> Result<(), ModelError> {
    let empty = || fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if !out.exists() || out.join(MODEL_JSON).is_file() || empty() {
        return Ok(());
    }
    Err(ModelError::unsuitable(out, "exists and is no model: choose another folder, or remove this one"))
}

/// Writes the folder beside its place and moves it there when it is whole.
fn write_folder(out: &Path, config: &ModelConfig, parts: &[(&str, Weights)]) -> Result<(), ModelError> {
    let partial = beside(out, "partial");
    let result = fill_folder(&partial, config, parts).and_then(|()| replace(&partial, out));
    if result.is_err() {
        // What went wrong is told already; what cannot be removed is named in it.
        let _ = fs::remove_dir_all(&partial);
    }
    result
}

fn fill_folder(folder: &Path, config: &ModelConfig, parts: &[(&str, Weights)]) -> Result<(), ModelError> {
    fs::create_dir_all(folder).map_err(ModelError::io(folder))?;
    let mut files = BTreeMap::new();
    for (name, part) in parts {
        let path = folder.join(name);
        let tensors: HashMap<_, _> =
            part.tensors().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        candle_core::safetensors::save(&tensors, &path)
            .map_err(|error| ModelError::io(&path)(std::io::Error::other(error)))?;
        files.insert((*name).to_owned(), digest(&path)?);
    }
    let file = ModelFile { format: FORMAT, model: Architecture::Dacon(config.clone()), files };
    let path = folder.join(MODEL_JSON);
    let text = serde_json::to_string_pretty(&file).map_err(|error| ModelError::io(&path)(error.into()))?;
    fs::write(&path, text + "\n").map_err(ModelError::io(&path))
}

fn replace(partial: &Path, out: &Path) -> Result<(), ModelError> {
    if !out.exists() {
        return fs::rename(partial, out).map_err(ModelError::io(out));
    }
    let old = beside(out, "old");
    fs::rename(out, &old).map_err(ModelError::io(out))?;
    if let Err(error) = fs::rename(partial, out) {
        fs::rename(&old, out).map_err(ModelError::io(&old))?;
        return Err(ModelError::io(out)(error));
    }
    fs::remove_dir_all(&old).map_err(ModelError::io(&old))
}

/// A name beside `out` that no other process uses.
fn beside(out: &Path, what: &str) -> PathBuf {
    let name = out.file_name().map_or("model".into(), |name| name.to_string_lossy().into_owned());
    out.with_file_name(format!(".{name}.{what}-{}", std::process::id()))
}
