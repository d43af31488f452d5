//! Where a model's files lie: in a folder, or in the program itself.

use std::fs;
use std::path::{Path, PathBuf};

use common::Digest;

use super::config::MODEL_JSON;
use super::{ModelError, Weights, checkpoint};

/// The files of a model.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// A model folder.
    Folder(&'a Path),
    /// Files in the program, by name.
    Program(&'static [(&'static str, &'static [u8])]),
}

impl Source<'_> {
    /// What a file is called in errors.
    pub fn path(&self, name: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(name),
            Self::Program(_) => Path::new("builtin").join(name),
        }
    }

    /// `model.json`.
    pub fn description(&self) -> Result<Vec<u8>, ModelError> {
        match self {
            Self::Program(_) => Ok(self.bytes(MODEL_JSON)?.to_vec()),
            Self::Folder(folder) => fs::read(folder.join(MODEL_JSON)).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => ModelError::unsuitable(
                    folder,
                    "is no model folder (it has no model.json): import a checkpoint into it",
                ),
                _ => ModelError::io(&folder.join(MODEL_JSON))(error),
            }),
        }
    }

    /// A file of weights, which must have this digest.
    pub fn weights(&self, name: &str, expected: &Digest) -> Result<Weights, ModelError> {
        let path = self.path(name);
        match self {
            Self::Folder(_) if digest(&path)? == *expected => checkpoint::read(&path),
            Self::Program(_) if Digest::of(self.bytes(name)?) == *expected => {
                checkpoint::read_bytes(&path, self.bytes(name)?)
            }
            _ => Err(ModelError::Digest { path }),
        }
    }

    fn bytes(&self, name: &str) -> Result<&'static [u8], ModelError> {
        let files = if let Self::Program(files) = self { files } else { &[][..] };
        let found = files.iter().find(|(file, _)| *file == name);
        found.map(|(_, bytes)| *bytes).ok_or_else(|| ModelError::unsuitable(&self.path(name), "is missing"))
    }
}

/// Digest of a file of weights.
pub(in crate::model) fn digest(path: &Path) -> Result<Digest, ModelError> {
    fs::File::open(path).and_then(Digest::of_reader).map_err(ModelError::io(path))
}
