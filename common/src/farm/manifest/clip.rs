//! A clip in a manifest.

use serde::{Deserialize, Serialize};

use crate::Mode;
use crate::farm::blob::{Blob, BlobReference};

/// The ordered drawings of one cel in one cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestClip {
    /// The cut, such as `c012`.
    pub cut: String,
    /// The cel in it, such as `A`; empty where a cut is not divided.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cel: String,
    /// The characters in it: names of the episode's sheets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub characters: Vec<String>,
    /// Which references its drawings are painted from, if other than in the rest of the episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// What paints it, if other than the rest of the episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Sheets of each character to use, if other than in the rest of the episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shots: Option<u32>,
    /// Width and height of its largest drawing in pixels. It decides how many drawings make a job, and nothing else;
    /// without it they are taken to be 1920x1080.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    /// Drawings in a job. The scheduler sets it when it takes the episode in, so that planning it again later, when the
    /// farm has become faster, gives the same jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_drawings: Option<u32>,
    /// The drawings in order.
    pub drawings: Vec<ManifestDrawing>,
}

/// A line drawing, and its painted drawing if that is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestDrawing {
    /// Relative path with `/`, unique in the episode; the painted drawing goes out under the same.
    pub key: String,
    /// The line drawing.
    pub line: Blob,
    /// The painted drawing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub painted: Option<Blob>,
    /// Whether a person has corrected what the farm had painted: the drawing stays as it is and the next one of its
    /// chain is painted from it, but it starts no chain of its own, so that all that does not follow from it stays.
    #[serde(default, skip_serializing_if = "is_false")]
    pub corrected: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl ManifestClip {
    /// Its name in messages and on the command line: `c012/A`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.cel.is_empty() { self.cut.clone() } else { format!("{}/{}", self.cut, self.cel) }
    }

    /// Whether a drawing of the clip was given painted from the start.
    #[must_use]
    pub fn has_painted(&self) -> bool {
        self.drawings.iter().any(ManifestDrawing::is_anchor)
    }

    /// Whether a drawing of the clip is to be painted.
    #[must_use]
    pub fn has_unpainted(&self) -> bool {
        self.drawings.iter().any(|drawing| drawing.painted.is_none())
    }
}

impl ManifestDrawing {
    /// Whether it is given painted and others may start from it.
    #[must_use]
    pub const fn is_anchor(&self) -> bool {
        self.painted.is_some() && !self.corrected
    }

    /// The drawing as a reference, if it is given painted.
    #[must_use]
    pub fn reference(&self) -> Option<BlobReference> {
        let painted = self.painted.clone()?;
        Some(BlobReference { name: self.key.clone(), line: self.line.clone(), painted })
    }
}
