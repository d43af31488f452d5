//! Why a drawing was not painted.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::engine::EngineError;

/// Why a drawing could not be painted. The text does not name the file: [`Failure`] does.
#[derive(Debug, thiserror::Error)]
pub(super) enum PaintError {
    #[error(transparent)]
    Unloadable(#[from] cel::codec::ReadCause),
    #[error(transparent)]
    Undecodable(#[from] cel::DecodeError),
    #[error(transparent)]
    OtherSize(#[from] cel::SizeMismatch),
    #[error("every pixel is line: there is no region to paint; is the paper transparent or white?")]
    AllLine,
    #[error("there is no line in the drawing: nothing encloses a region to paint")]
    NoLine,
    #[error("no usable reference is left: give a painted drawing of the clip or a design sheet")]
    NoReference,
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Unencodable(#[from] cel::EncodeError),
    #[error("the sidecar of the drawing before cannot be read: {0}")]
    NoSidecar(std::io::Error),
    #[error("cannot write the painted drawing: {0}")]
    Unwritable(std::io::Error),
    #[error("what was written is not what was painted: {0}; is the disk sound? paint it again")]
    OffPalette(#[from] cel::OffPalette),
    #[error("what was written cannot be read again: {0}; is the disk sound? paint it again")]
    Unreadable(cel::ReadError),
}

/// A file that failed, and why, in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The file.
    pub path: PathBuf,
    /// What is wrong and what to do.
    pub error: String,
    /// Whose fault it is.
    #[serde(skip)]
    pub cause: Cause,
}

/// What a failure lies in: a farm paints the drawing elsewhere if that can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The file: it fails everywhere.
    File,
    /// The engine or its device.
    Engine,
    /// The device has not enough memory.
    Memory,
    /// The painted drawing cannot be written here.
    Disk,
}

impl PaintError {
    fn cause(&self) -> Cause {
        match self {
            Self::Engine(error) if error.is_out_of_memory() => Cause::Memory,
            Self::Engine(_) => Cause::Engine,
            Self::Unwritable(_) | Self::OffPalette(_) | Self::Unreadable(_) => Cause::Disk,
            _ => Cause::File,
        }
    }
}

impl Failure {
    /// A file that cannot be used.
    #[must_use]
    pub fn of_file(path: PathBuf, error: String) -> Self {
        Self { path, error, cause: Cause::File }
    }

    pub(super) fn new(path: &Path, error: &PaintError) -> Self {
        let cause = error.cause();
        // One line, whatever a library's message holds.
        let error = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        Self { path: path.to_path_buf(), error, cause }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.error)
    }
}
