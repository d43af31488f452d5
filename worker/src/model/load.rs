//! Loading a model folder.

use std::fs;
use std::path::Path;

use candle_core::Device;
use cel::AlphaRule;
use common::Digest;

use super::config::{FORMAT, MODEL_JSON, ModelFile};
use super::import::{BACKBONE, WEIGHTS};
use super::{Dacon, ModelError, Weights, checkpoint};
use crate::engine::DaconEngine;

/// Loads the model folder `dir` onto a device. `alpha` says what the networks see where a drawing is transparent.
///
/// # Errors
/// When the folder has no `model.json`, or it is of another format; when a file of weights is missing, is not the one
/// that was imported, or does not fit the dimensions; when the device has no room.
pub fn load(dir: &Path, alpha: AlphaRule, device: &Device) -> Result<DaconEngine, ModelError> {
    let path = dir.join(MODEL_JSON);
    let text = fs::read(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ModelError::unsuitable(
            dir,
            "is no model folder (it has no model.json): import a checkpoint into it",
        ),
        _ => ModelError::io(&path)(error),
    })?;
    let file = parse(&path, &text)?;
    let read = |name: &str| -> Result<Weights, ModelError> {
        let path = dir.join(name);
        let unlisted = || ModelError::unsuitable(&dir.join(MODEL_JSON), format!("does not list {name}"));
        if &digest(&path)? != file.files.get(name).ok_or_else(unlisted)? {
            return Err(ModelError::Digest { path });
        }
        checkpoint::read(&path)
    };
    let backbone = file.config.backbone.as_ref().map(|_| read(BACKBONE)).transpose()?;
    let model = Dacon::new(&file.config, &read(WEIGHTS)?, backbone.as_ref(), device)?;
    Ok(DaconEngine::new(model, alpha, &text))
}

/// Digest of a file of weights.
pub(super) fn digest(path: &Path) -> Result<Digest, ModelError> {
    fs::File::open(path).and_then(Digest::of_reader).map_err(ModelError::io(path))
}

fn parse(path: &Path, text: &[u8]) -> Result<ModelFile, ModelError> {
    let format: Option<u64> =
        serde_json::from_slice(text).ok().and_then(|value: serde_json::Value| value.get("format")?.as_u64());
    match format {
        Some(format) if format == u64::from(FORMAT) => {}
        Some(format) => {
            let reason = format!("has format {format}, this program reads {FORMAT}: import the model again");
            return Err(ModelError::unsuitable(path, reason));
        }
        None => return Err(ModelError::unsuitable(path, "is damaged: import the model again")),
    }
    let again = |reason: String| ModelError::unsuitable(path, format!("{reason}: import the model again"));
    let file: ModelFile = serde_json::from_slice(text).map_err(|error| again(error.to_string()))?;
    file.config.check().map_err(again)?;
    Ok(file)
}
