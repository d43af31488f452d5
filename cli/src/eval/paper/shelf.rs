//! The models at hand.

use std::fs;
use std::path::{Path, PathBuf};

use worker::model::{Inspected, ModelError, inspect};

use crate::exit::CliError;

/// A model at hand.
#[derive(Debug)]
pub(super) struct Shelved {
    pub path: PathBuf,
    pub found: Inspected,
}

/// The models in a folder, in the order of their names, and why the rest is none.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pub models: Vec<Shelved>,
    pub unusable: Vec<ModelError>,
}

impl Shelf {
    /// Looks at every file and folder in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self, CliError> {
        let unreadable = |source| CliError::Unreadable { path: folder.to_owned(), source };
        let entries = fs::read_dir(folder).map_err(unreadable)?;
        let mut paths = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<Vec<_>>>()
            .map_err(unreadable)?;
        paths.sort();
        let mut shelf = Self::default();
        for path in paths.into_iter().filter(|path| !is_hidden(path)) {
            match inspect(&path) {
                Ok(found) => shelf.models.push(Shelved { path, found }),
                Err(why) => shelf.unusable.push(why),
            }
        }
        Ok(shelf)
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
