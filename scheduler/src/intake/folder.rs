//! One folder: the drawings and the folders in it.

use std::path::{Path, PathBuf};

use cel::{FileKind, TimeSheet};

use super::{IntakeError, natural};

/// What a folder holds, in natural order. Names that start with a dot are left out.
pub(super) struct Folder {
    pub path: PathBuf,
    /// File names of drawings, by their extension.
    pub drawings: Vec<String>,
    /// Names of folders; links to folders are not followed, since they may lead back.
    pub folders: Vec<String>,
    /// Names of time sheets.
    pub time_sheets: Vec<String>,
    /// Names of files that are neither.
    pub others: Vec<String>,
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
            time_sheets: Vec::new(),
            others: Vec::new(),
            unnameable: Vec::new(),
        };
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            folder.add(&entry.map_err(unreadable)?);
        }
        folder.drawings.sort_by(|a, b| natural::compare(a, b));
        folder.folders.sort_by(|a, b| natural::compare(a, b));
        folder.time_sheets.sort_by(|a, b| natural::compare(a, b));
        folder.others.sort_by(|a, b| natural::compare(a, b));
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
            Ok(name) if TimeSheet::is_named(&path) => self.time_sheets.push(name),
            Ok(name) => self.others.push(name),
            Err(_) if is_drawing => self.unnameable.push(path),
            Err(name) => self.others.push(name.to_string_lossy().into_owned()),
        }
    }

    /// The folders that hold clips. A studio keeps layouts, key drawings and time sheets of a cut in folders whose names
    /// begin with `_`.
    pub fn clip_folders(&self) -> impl Iterator<Item = &String> {
        self.folders.iter().filter(|name| !is_aside(name))
    }

    /// The time sheet of the cut that this folder is: in it, or in one of the folders beside its cels. Of several it is
    /// the last one, since retakes come later.
    pub fn time_sheet(&self) -> Result<Option<PathBuf>, IntakeError> {
        if let Some(last) = self.time_sheets.last() {
            return Ok(Some(self.path.join(last)));
        }
        for name in self.folders.iter().filter(|name| is_aside(name)).rev() {
            let aside = Self::read(&self.path.join(name))?;
            if let Some(last) = aside.time_sheets.last() {
                return Ok(Some(aside.path.join(last)));
            }
        }
        Ok(None)
    }

    /// The path of a folder in it, by name without regard to case.
    pub fn subfolder(&self, name: &str) -> Option<PathBuf> {
        let found = self.folders.iter().find(|folder| folder.eq_ignore_ascii_case(name))?;
        Some(self.path.join(found))
    }
}

/// Whether a folder of a cut holds papers and no cel.
pub(super) fn is_aside(name: &str) -> bool {
    name.starts_with('_')
}
