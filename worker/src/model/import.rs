//! Importing published checkpoints into a model folder.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::backbone::published;
use super::config::{Architecture, FORMAT, MODEL_JSON, ModelFile};
use super::source::digest;
use super::{
    BackboneConfig, Comparison, Dacon, ModelConfig, ModelError, Place, Reduction, UnetConfig, Version,
    Weights, checkpoint,
};

/// U-Net and heads, in a model folder.
pub(super) const WEIGHTS: &str = "dacon.safetensors";
/// The backbone, in a model folder.
pub(super) const BACKBONE: &str = "backbone.safetensors";

/// Side of the input of the published U-Net; not in the checkpoint.
const UNET_INPUT: usize = 512;
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
    pub parameters: u64,
    /// What had to be assumed, a sentence each.
    pub notices: Vec<String>,
}

/// Imports a DACoN checkpoint (`.pth` or `.safetensors`) and its backbone, a published checkpoint or the folder of one,
/// into the model folder `out`.
///
/// The backbone may be left out if the checkpoint carries it, a DINOv2, under `dino.`. Version and dimensions are found
/// in the tensors. The number of attention heads of a DINOv2 is not there: it is `width / 64` for the published
/// backbones, otherwise `heads`, otherwise 4 with a notice. A model that is already at `out` is replaced; a failed import
/// leaves it alone.
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
        Some(path) => published::read(path, heads)?,
        None if weights.has("dino.") => published::carried(&weights.under("dino."), heads)?,
        None => {
            let reason = "its backbone is not in this file: pass the backbone's checkpoint with --backbone";
            return Err(ModelError::unsuitable(dacon, reason));
        }
    };
    let config = find_config(&weights, backbone.config)?;
    // Assembling checks every tensor before anything is written.
    Dacon::new(&config, Some(&weights), Some(&backbone.weights), &Place::cpu())?;
    let needed =
        |key: &str| ["unet.", "dino_mlp.", "dino_unet_mlp."].iter().any(|prefix| key.starts_with(prefix));
    let parts = [(WEIGHTS, weights.filter(needed)), (BACKBONE, backbone.weights)];
    let parameters = parts.iter().map(|(_, part)| part.parameters()).sum();
    write_folder(out, &config, &parts)?;
    Ok(ImportReport { folder: out.to_owned(), config, parameters, notices: backbone.notices })
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

/// Reads version and dimensions off the tensors.
fn find_config(weights: &Weights, backbone: BackboneConfig) -> Result<ModelConfig, ModelError> {
    let mut widths = Vec::new();
    while weights.has(&format!("unet.encoder_blocks.{}.", widths.len())) {
        let name = format!("unet.encoder_blocks.{}.conv.0.weight", widths.len());
        let [width, ..] = weights.shape::<4>(&name, "[width, input, 3, 3]")?;
        widths.push(width);
    }
    let [features, ..] = weights.shape::<4>("unet.final_conv.weight", "[features, width, 1, 1]")?;
    let [head_width, _] = weights.shape("dino_mlp.fc1.weight", "[hidden, width]")?;
    let version = if weights.has("dino_unet_mlp.") { Version::V1_0 } else { Version::V1_1 };
    let unet = Some(UnetConfig { widths, input: UNET_INPUT });
    let backbone = Some(backbone);
    let config = ModelConfig {
        version,
        backbone,
        reduction: Reduction::LastLayer,
        unet,
        features,
        head_width,
        pool_size: POOL_SIZE,
        comparison: Comparison::Cosine,
    };
    config.check().map_err(|reason| ModelError::unsuitable(weights.path(), reason))?;
    Ok(config)
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
