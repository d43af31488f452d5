//! Importing published checkpoints into a model folder.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::backbone::published::{self, Published};
use super::config::{Architecture, FORMAT, MODEL_JSON, ModelFile};
use super::source::digest;
use super::{Dacon, ModelConfig, ModelError, Place, Weights, checkpoint, recognise};

/// U-Net and heads, in a model folder.
pub(super) const WEIGHTS: &str = "dacon.safetensors";
/// The backbone, in a model folder.
pub(super) const BACKBONE: &str = "backbone.safetensors";

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
/// The backbone may be left out if the checkpoint carries it, a DINOv2, under `dino.`, and must be if it was trained
/// without one. Version, variant and dimensions are found
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
    let (mut described, mut notices, mut parts) = (None, Vec::new(), Vec::new());
    if let Some(found) = find_backbone(&weights, backbone, heads)? {
        described = Some(found.config);
        notices = found.notices;
        parts.push((BACKBONE, found.weights));
    }
    let config = recognise::config(&weights, described)?;
    // Assembling checks every tensor before anything is written.
    Dacon::new(&config, Some(&weights), parts.first().map(|(_, backbone)| backbone), &Place::cpu())?;
    let needed = |key: &str| recognise::PARTS.iter().any(|prefix| key.starts_with(prefix));
    parts.insert(0, (WEIGHTS, weights.filter(needed)));
    let parameters = parts.iter().map(|(_, part)| part.parameters()).sum();
    write_folder(out, &config, &parts)?;
    Ok(ImportReport { folder: out.to_owned(), config, parameters, notices })
}

/// The backbone that was passed, or that the checkpoint carries; none for what was trained without.
fn find_backbone(
    dacon: &Weights,
    path: Option<&Path>,
    heads: Option<usize>,
) -> Result<Option<Published>, ModelError> {
    match path {
        Some(_) if !recognise::needs_backbone(dacon) => {
            let reason =
                "was trained without a backbone (it has no tensor \"dino_mlp.…\"): leave --backbone out";
            Err(ModelError::unsuitable(dacon.path(), reason))
        }
        Some(path) => published::read(path, heads).map(Some),
        None if !recognise::needs_backbone(dacon) => Ok(None),
        None if dacon.has("dino.") => published::carried(&dacon.under("dino."), heads).map(Some),
        None => {
            let reason = "its backbone is not in this file: pass the backbone's checkpoint with --backbone";
            Err(ModelError::unsuitable(dacon.path(), reason))
        }
    }
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
