//! Drawings of an episode, and the files that are published.

use common::Digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes;

/// Where a drawing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DrawingState {
    /// It was given painted, or corrected.
    Given,
    /// Its job waits.
    Waiting,
    /// Its job is being painted.
    Running,
    /// It is painted.
    Painted,
    /// It could not be painted.
    Failed,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrawingView {
    /// Its key.
    pub key: String,
    /// Name of its clip.
    pub clip: String,
    /// Where it is.
    pub state: DrawingState,
    /// The job that paints it.
    #[schema(value_type = Option<String>)]
    pub job: Option<common::ids::JobKey>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A page of drawings, in the order of the manifest.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DrawingList {
    /// The drawings.
    pub drawings: Vec<DrawingView>,
    /// What to pass as `after` for the next page; none at the end.
    pub next: Option<String>,
}

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileView {
    /// Relative path with `/`.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256.
    #[schema(value_type = shapes::Digest)]
    pub digest: Digest,
}

/// A page of files, by name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FileList {
    /// The files.
    pub files: Vec<FileView>,
    /// What to pass as `after` for the next page; none at the end.
    pub next: Option<String>,
}
