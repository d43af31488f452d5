//! Loading a model.

use std::collections::BTreeMap;
use std::path::Path;

use cel::AlphaRule;
use common::Digest;

use super::backbone::published;
use super::config::{Architecture, FORMAT, MODEL_JSON, ModelFile};
use super::import::{BACKBONE, WEIGHTS};
use super::source::Source;
use super::{BackboneConfig, Dacon, Matcher, ModelConfig, ModelError, Place, Weights};
use crate::engine::{DESCRIPTION, DaconEngine, Engine, MatcherEngine, PAIR_CUES};

/// The weights of a matcher, in a model folder.
const MATCHER: &str = "matcher.safetensors";

/// The model in the program.
const BUILTIN: &[(&str, &[u8])] = &[
    (MODEL_JSON, include_bytes!("../../models/builtin/model.json")),
    (MATCHER, include_bytes!("../../models/builtin/matcher.safetensors")),
];

/// A model ready to compare segments.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// The published architecture.
    Dacon(DaconEngine),
    /// The architecture of the built-in model.
    Matcher(MatcherEngine),
}

impl Loaded {
    /// The same model for drawings whose alpha is read otherwise.
    #[must_use]
    pub fn seeing(self, alpha: AlphaRule) -> Self {
        match self {
            Self::Dacon(engine) => Self::Dacon(engine.seeing(alpha)),
            // It reads drawings the same way, always.
            matcher @ Self::Matcher(_) => matcher,
        }
    }

    /// The model as an engine.
    #[must_use]
    pub fn engine(self) -> Box<dyn Engine> {
        match self {
            Self::Dacon(engine) => Box::new(engine),
            Self::Matcher(engine) => Box::new(engine),
        }
    }
}

/// Loads the model folder `dir`. `alpha` says what DACoN's networks see where a drawing is transparent.
///
/// # Errors
/// When the folder has no `model.json`, or it is of another format; when a file of weights is missing, is not the one
/// that was imported, or does not fit the dimensions; when the device has no room.
pub fn load(dir: &Path, alpha: AlphaRule, place: &Place) -> Result<Loaded, ModelError> {
    load_from(Source::Folder(dir), alpha, place)
}

/// Loads the backbone alone of a model folder, or of what its authors publish: a checkpoint, or the folder of one.
/// `alpha` says what it sees where a drawing is transparent.
///
/// # Errors
/// When there is no backbone, a file is damaged or of another kind, or the device has no room.
pub fn zero_shot(path: &Path, alpha: AlphaRule, place: &Place) -> Result<Loaded, ModelError> {
    let (config, weights, files) = match path.join(MODEL_JSON).is_file() {
        true => imported_backbone(path)?,
        false => {
            let published = published::read(path, None)?;
            let files = published.digests(path)?;
            (published.config, published.weights, files)
        }
    };
    let config = ModelConfig::zero_shot(config);
    let model = Dacon::new(&config, None, Some(&weights), place)?;
    let file = ModelFile { format: FORMAT, model: Architecture::Dacon(config), files };
    let text = serde_json::to_vec(&file).map_err(|error| ModelError::io(path)(error.into()))?;
    Ok(Loaded::Dacon(DaconEngine::new(model, alpha, &text)))
}

/// Dimensions and weights of the backbone of a model folder, and the digest of its file.
fn imported_backbone(
    folder: &Path,
) -> Result<(BackboneConfig, Weights, BTreeMap<String, Digest>), ModelError> {
    let (source, path) = (Source::Folder(folder), folder.join(MODEL_JSON));
    let ModelFile { model, files, .. } = parse(&path, &source.description()?)?;
    let config = match model {
        Architecture::Dacon(config) => config.backbone,
        Architecture::Matcher(_) => None,
    };
    let (Some(config), Some(digest)) = (config, files.get(BACKBONE)) else {
        return Err(ModelError::unsuitable(folder, "is a model without a backbone: name another folder"));
    };
    let weights = source.weights(BACKBONE, digest)?;
    Ok((config, weights, [(BACKBONE.to_owned(), digest.clone())].into()))
}

/// Loads the model that is part of the program. It computes in f32 whatever the precision of the place.
///
/// # Errors
/// When the device has no room.
pub fn builtin(place: &Place) -> Result<Loaded, ModelError> {
    load_from(Source::Program(BUILTIN), AlphaRule::Composite, place)
}

fn load_from(source: Source<'_>, alpha: AlphaRule, place: &Place) -> Result<Loaded, ModelError> {
    let text = source.description()?;
    let path = source.path(MODEL_JSON);
    let ModelFile { model, files, .. } = parse(&path, &text)?;
    let read = |name: &str| -> Result<Weights, ModelError> {
        let unlisted = || ModelError::unsuitable(&path, format!("does not list {name}"));
        source.weights(name, files.get(name).ok_or_else(unlisted)?)
    };
    match model {
        Architecture::Dacon(config) => {
            let backbone = config.backbone.as_ref().map(|_| read(BACKBONE)).transpose()?;
            let model = Dacon::new(&config, Some(&read(WEIGHTS)?), backbone.as_ref(), place)?;
            Ok(Loaded::Dacon(DaconEngine::new(model, alpha, &text)))
        }
        Architecture::Matcher(config) => {
            let model = Matcher::new(&config, &read(MATCHER)?, place.device())?;
            Ok(Loaded::Matcher(MatcherEngine::new(model, &text)))
        }
    }
}

pub(super) fn parse(path: &Path, text: &[u8]) -> Result<ModelFile, ModelError> {
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
    match &file.model {
        Architecture::Dacon(config) => config.check(),
        Architecture::Matcher(config) => config.check(DESCRIPTION, PAIR_CUES),
    }
    .map_err(again)?;
    Ok(file)
}
