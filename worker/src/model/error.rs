//! Why a model cannot be imported or loaded.

use std::io;
use std::path::{Path, PathBuf};

/// Why a model cannot be imported or loaded. Every message names the file, the cause and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is damaged or of another kind.
    #[error("{}: not a usable checkpoint: {reason}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A pickle wants something that is not a tensor.
    #[error(
        "{}: refuses to load: the pickle asks for \"{what}\"; a checkpoint needs tensors only. \
         Save the state dict alone, or as .safetensors",
        path.display()
    )]
    Refused {
        /// The file.
        path: PathBuf,
        /// The Python object it asks for.
        what: String,
    },
    /// A tensor the model needs is not there.
    #[error("{}: tensor \"{name}\" is missing: expected shape {expected}", path.display())]
    MissingTensor {
        /// The file.
        path: PathBuf,
        /// Key of the tensor.
        name: String,
        /// The shape it should have.
        expected: String,
    },
    /// A tensor has another shape than the rest of the model asks for.
    #[error("{}: tensor \"{name}\" has shape {found:?}: expected {expected}", path.display())]
    WrongShape {
        /// The file.
        path: PathBuf,
        /// Key of the tensor.
        name: String,
        /// The shape it has.
        found: Vec<usize>,
        /// The shape it should have.
        expected: String,
    },
    /// A file is of a kind or variant this program does not run.
    #[error("{}: {reason}", path.display())]
    Unsuitable {
        /// The file or folder.
        path: PathBuf,
        /// What it is and what to do instead.
        reason: String,
    },
    /// A file of a model folder is not the one that was imported.
    #[error("{}: has changed since it was imported (sha256 differs from model.json); import the model again", path.display())]
    Digest {
        /// The file.
        path: PathBuf,
    },
    /// A tensor operation failed.
    #[error("the network failed: {0}")]
    Network(#[from] candle_core::Error),
}

impl ModelError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }

    pub(crate) fn checkpoint(path: &Path, reason: impl Into<String>) -> Self {
        Self::Checkpoint { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn unsuitable(path: &Path, reason: impl Into<String>) -> Self {
        Self::Unsuitable { path: path.to_owned(), reason: reason.into() }
    }
}
