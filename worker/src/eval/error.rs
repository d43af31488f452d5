//! Why a data set could not be evaluated.

use std::path::{Path, PathBuf};

use crate::engine::EngineError;

/// Why a data set could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A folder is no data set.
    #[error(
        "{}: no character found: expected NAME/line/*.png with NAME/seg/*.png and NAME/seg/*.json",
        root.display()
    )]
    NoCharacter {
        /// The folder.
        root: PathBuf,
    },
    /// A file cannot be used.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The engine failed.
    #[error("{}: {source}", path.display())]
    Engine {
        /// The drawing.
        path: PathBuf,
        /// What the engine says.
        source: EngineError,
    },
    /// Nothing can be evaluated in this way.
    #[error("{}: no drawing has a reference in this mode: add design sheets (ref/) or choose another mode", root.display())]
    NothingToPaint {
        /// The data set.
        root: PathBuf,
    },
}

impl EvalError {
    /// A file that cannot be used.
    pub(super) fn file(path: &Path, reason: &dyn std::fmt::Display) -> Self {
        Self::File { path: path.to_owned(), reason: reason.to_string() }
    }
}
