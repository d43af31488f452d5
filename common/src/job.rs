//! The job model: what a scheduler asks of a worker.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A drawing of a clip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// Relative path with `/`, unique in the episode; the painted drawing goes out under the same.
    pub key: String,
    /// File of the line drawing.
    pub line: PathBuf,
}

/// A painted drawing with its line drawing: what others are painted from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Name in messages, reports and provenance.
    pub name: String,
    /// File of the line drawing.
    pub line: PathBuf,
    /// File of the painted drawing.
    pub painted: PathBuf,
}

/// The drawing in front of the first target of a job that goes on with a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Before {
    /// One that an earlier job painted. Its sidecar has the colours; the painted file is not needed.
    Painted {
        /// Its key.
        key: String,
        /// File of the line drawing.
        line: PathBuf,
        /// File of the sidecar.
        sidecar: PathBuf,
    },
    /// One that a person has corrected.
    Corrected(Reference),
}

/// A run of drawings of one clip that one worker paints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Name of the clip.
    pub clip: String,
    /// The painted drawing of the clip that the job starts from, if the mode uses one.
    pub anchor: Option<Reference>,
    /// What stands in front of the first target, where the job goes on with a run that was cut; else the anchor does.
    pub before: Option<Before>,
    /// Whether each painted drawing is a reference of the next one, before the anchor.
    pub carry: bool,
    /// Design sheets: references of every drawing of the job.
    pub sheets: Vec<Reference>,
    /// The drawings to paint, in the order to paint them.
    pub targets: Vec<Drawing>,
}
