//! The manifest of an episode: everything that was submitted. `docs/formats.md` describes it for people.

mod check;
mod clip;
mod faults;
mod names;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use cel::PaintRules;
use serde::{Deserialize, Serialize};

pub use self::clip::{ManifestClip, ManifestDrawing};
pub use self::faults::{Fault, InvalidManifest};
use super::blob::BlobReference;
use super::options::{Alpha, OutputFormat};
use super::spec_format::SpecFormat;
use crate::Mode;
use crate::ids::{Pool, Show, User};
use crate::queue::Priority;

/// Bytes of a manifest, at most.
pub const MAX_MANIFEST: usize = 64 << 20;
/// Drawings of an episode, at most, sheets not counted.
pub const MAX_DRAWINGS: usize = 100_000;
/// Sheets that join a clip, at most: each goes into every job of the clip.
pub const MAX_SHEETS: usize = 64;
/// Bytes of a name or key, at most.
pub const MAX_NAME: usize = 255;
/// Bytes of a drawing, at most; no drawing that can be read is longer.
pub const MAX_BLOB: u64 = 1 << 30;
/// Drawings of a job, at most: what is lost at worst when a spec changes.
pub const MAX_JOB_DRAWINGS: u32 = 1_024;

/// An episode as it was submitted, in `episodes/<eid>/manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this document. The scheduler writes the one that it needs when it takes the episode in.
    pub format: SpecFormat,
    /// The show it belongs to.
    pub show: Show,
    /// Who submits it.
    pub user: User,
    /// Its share of the farm.
    #[serde(default)]
    pub priority: Priority,
    /// The workers that paint it: those of this pool that have the model; without it those of `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Pool>,
    /// What paints: `builtin`, `shape`, or a model that the workers have, by name or label. The scheduler puts the label
    /// in place of a name when it takes the episode in.
    #[serde(default = "builtin")]
    pub model: String,
    /// How alpha is read in line drawings.
    #[serde(default)]
    pub alpha: Alpha,
    /// The kind of file to write.
    #[serde(default)]
    pub output: OutputFormat,
    /// What is agreed for the show about traces and white.
    #[serde(default, skip_serializing_if = "PaintRules::is_default")]
    pub rules: PaintRules,
    /// The mode of clips that name none; without it `nearest` where a clip has painted drawings, else `keyframe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Sheets of each character that clips use which give no number, in the order listed; without it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shots: Option<u32>,
    /// The colour design sheets of each character.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sheets: BTreeMap<String, Vec<BlobReference>>,
    /// The clips.
    pub clips: Vec<ManifestClip>,
}

fn builtin() -> String {
    "builtin".to_owned()
}

/// A text that is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is longer than any manifest may be.
    #[error("manifest: {size} bytes; at most {MAX_MANIFEST}: submit the episode in parts")]
    TooLong {
        /// Its length in bytes.
        size: usize,
    },
    /// It is no JSON, or not that of a manifest.
    #[error("manifest: {0}; docs/formats.md has an example")]
    Json(#[from] serde_json::Error),
    /// It is no TOML, or not that of a manifest.
    #[error("manifest: {0}; docs/formats.md has an example")]
    Toml(#[from] toml::de::Error),
    /// It is no text.
    #[error("manifest: not UTF-8 ({0}): save it as UTF-8")]
    NotText(#[from] std::str::Utf8Error),
}

impl Manifest {
    /// Reads a manifest in JSON, unchecked: see [`Self::validate`].
    ///
    /// # Errors
    /// When it is no JSON, or a field is missing, unknown or of a wrong kind.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ManifestError> {
        check_length(bytes)?;
        Ok(serde_json::from_slice(bytes)?)
    }

    /// Reads a manifest in TOML, unchecked: see [`Self::validate`].
    ///
    /// # Errors
    /// When it is no TOML, or a field is missing, unknown or of a wrong kind.
    pub fn from_toml(bytes: &[u8]) -> Result<Self, ManifestError> {
        check_length(bytes)?;
        Ok(toml::from_str(std::str::from_utf8(bytes)?)?)
    }

    /// The manifest as it stands in the store.
    ///
    /// # Errors
    /// Never for a manifest in memory; the signature is that of the writer of JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// The manifest with the format that says all that is in it, whichever it was written under.
    #[must_use]
    pub fn in_its_format(mut self) -> Self {
        self.format = SpecFormat::of(&self.rules);
        self
    }

    /// Checks everything that can be checked without the drawings.
    ///
    /// # Errors
    /// With all that is wrong, not only the first.
    pub fn validate(&self) -> Result<(), InvalidManifest> {
        let faults = check::faults(self);
        if faults.is_empty() { Ok(()) } else { Err(InvalidManifest { faults }) }
    }

    /// The mode of a clip: its own, that of the episode, or the one that suits what the clip has.
    #[must_use]
    pub fn mode_of(&self, clip: &ManifestClip) -> Mode {
        clip.mode.or(self.mode).unwrap_or(if clip.has_painted() { Mode::Nearest } else { Mode::Keyframe })
    }

    /// What paints a clip: its own model, or that of the episode.
    #[must_use]
    pub fn model_of<'a>(&'a self, clip: &'a ManifestClip) -> &'a str {
        clip.model.as_deref().unwrap_or(&self.model)
    }

    /// The sheets that a clip is painted from: of each of its characters the first ones, as many as there are shots, so
    /// that no character goes without.
    pub fn sheets_of(&self, clip: &ManifestClip) -> impl Iterator<Item = &BlobReference> {
        let shots = clip.shots.or(self.shots).map_or(usize::MAX, |shots| shots as usize);
        let known = clip.characters.iter().filter_map(|character| self.sheets.get(character));
        known.flat_map(move |sheets| sheets.iter().take(shots))
    }

    /// The pool whose workers paint it.
    #[must_use]
    pub fn base_pool(&self) -> Pool {
        self.pool.clone().unwrap_or_default()
    }

    /// The clip and place in it of the drawing with this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<(usize, usize)> {
        self.clips.iter().enumerate().find_map(|(clip, listed)| {
            listed.drawings.iter().position(|drawing| drawing.key == key).map(|place| (clip, place))
        })
    }

    /// Number of line drawings, painted or not.
    #[must_use]
    pub fn drawings(&self) -> usize {
        self.clips.iter().map(|clip| clip.drawings.len()).sum()
    }
}

fn check_length(bytes: &[u8]) -> Result<(), ManifestError> {
    if bytes.len() > MAX_MANIFEST { Err(ManifestError::TooLong { size: bytes.len() }) } else { Ok(()) }
}
