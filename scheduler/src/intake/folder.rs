//! One folder: the drawings and the folders in it.

use std::path::{Path, PathBuf};

use cel::FileKind;

use super::{IntakeError, natural};

/// What a folder holds, in natural order. Names that start with a dot are left out.
pub(super) struct Folder {
    pub path: PathBuf,
    /// File names of drawings, by their extension.
    pub drawings: Vec<String>,
    /// Names of folders; links to folders are not followed, since they may lead back.
    pub folders: Vec<String>,
    /// Drawings whose names are not Unicode and so cannot be keys.
    pub unnameable: Vec<PathBuf>,
}

impl Folder {
    pub fn read(path: &Path) -> Result<Self, IntakeError> {
        let unreadable = |source| IntakeError::Unreadable { path: path.to_path_buf(), source };
        if path.exists() && !path.is_dir() {
            return Err(IntakeError::NotAFolder(path.to_path_buf()));
        }
        let mut folder = Self {
            path: path.to_path_buf(),
            drawings: Vec::new(),
            folders: Vec::new(),
            unnameable: Vec::new(),
        };
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            folder.add(&entry.map_err(unreadable)?);
        }
        folder.drawings.sort_by(|a, b| natural::compare(a, b));
        folder.folders.sort_by(|a, b| natural::compare(a, b));
        folder.unnameable.sort();
        Ok(folder)
    }

    fn add(&mut self, entry: &std::fs::DirEntry) {
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let is_drawing = !is_folder && !path.is_dir() && FileKind::from_path(&path).is_some();
        match entry.file_name().into_string() {
            Ok(name) if name.starts_with('.') => {}
            Ok(name) if is_folder => self.folders.push(name),
            Ok(name) if is_drawing => self.drawings.push(name),
            Err(_) if is_drawing => self.unnameable.push(path),
            _ => {}
        }
    }

    /// The path of a folder in it, by name without regard to case.
    pub fn subfolder(&self, name: &str) -> Option<PathBuf> {
        let found = self.folders.iter().find(|folder| folder.eq_ignore_ascii_case(name))?;
        Some(self.path.join(found))
    }
}
