//! What a model is, told without loading it.

use std::path::Path;

use super::backbone::published;
use super::config::{Architecture, MODEL_JSON, ModelFile};
use super::import::BACKBONE;
use super::load::parse;
use super::source::Source;
use super::{ModelConfig, ModelError, Needs, Place, checkpoint};

/// A model that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    /// What it is; a published backbone is one that is compared as it is.
    pub model: Architecture,
    /// Numbers of its backbone.
    pub backbone: u64,
    /// Numbers of all else.
    pub others: u64,
}

/// Looks at a model folder, or at what the authors of a backbone publish: a checkpoint, or the folder of one.
///
/// # Errors
/// When it is neither, or damaged, as far as it shows without reading the weights.
pub fn inspect(path: &Path) -> Result<Inspected, ModelError> {
    if !path.join(MODEL_JSON).is_file() {
        let (config, backbone) = published::outline(path)?;
        let model = Architecture::Dacon(ModelConfig::zero_shot(config));
        return Ok(Inspected { model, backbone, others: 0 });
    }
    let source = Source::Folder(path);
    let ModelFile { model, files, .. } = parse(&path.join(MODEL_JSON), &source.description()?)?;
    let mut found = Inspected { model, backbone: 0, others: 0 };
    for name in files.keys() {
        let parameters = checkpoint::outline(&source.path(name))?.parameters();
        let part = if name == BACKBONE { &mut found.backbone } else { &mut found.others };
        *part = part.saturating_add(parameters);
    }
    Ok(found)
}

impl Inspected {
    /// Its backbone alone, if it has one.
    #[must_use]
    pub fn alone(&self) -> Option<Self> {
        let Architecture::Dacon(ModelConfig { backbone: Some(config), .. }) = &self.model else {
            return None;
        };
        let model = Architecture::Dacon(ModelConfig::zero_shot(config.clone()));
        Some(Self { model, backbone: self.backbone, others: 0 })
    }

    /// Memory that it needs at a place: an estimate from above; none where it is little.
    #[must_use]
    pub fn needs(&self, place: &Place) -> Option<Needs> {
        let Architecture::Dacon(config) = &self.model else { return None };
        let parameters = self.backbone.saturating_add(self.others);
        Some(config.needs(parameters, place.precision(), place.device().is_cpu()))
    }
}
