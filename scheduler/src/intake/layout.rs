//! The known layouts: which folders below the root hold line drawings, and what belongs to them.

use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::{Intake, IntakeError};

/// Folders nested deeper than this are not looked into.
const MAX_DEPTH: usize = 16;

/// Drawings in a clip of the data-set layout, as its protocol has it.
const DATA_SET_CLIP: usize = 20;

/// A folder of line drawings.
pub(super) struct Source {
    /// Path of the character's or clip's folder relative to the root, with `/`; empty for the root itself.
    pub name: String,
    /// Relative path of the folder of line drawings, with `/`; empty for the root itself.
    pub prefix: String,
    /// The line drawings.
    pub lines: Folder,
    /// The layout's own painted drawings (`gt`).
    pub painted: Option<PathBuf>,
    /// The folder of design sheets, with `line` and `gt`.
    pub sheets: Option<PathBuf>,
    /// Drawings in a clip, where the layout says so.
    pub clip: Option<usize>,
}

/// Every folder of line drawings below the root.
pub(super) fn find(intake: &Intake) -> Result<Vec<Source>, IntakeError> {
    let sheets = intake.sheets.as_deref().map(explicit_sheets).transpose()?;
    let exclude = intake.exclude.as_ref().and_then(|path| path.canonicalize().ok());
    let mut search = Search { exclude, sources: Vec::new() };
    search.visit(&intake.root, "", sheets.as_deref(), 0)?;
    if let Some(sheets) = sheets {
        // Sheets named by hand take the place of what the layout has, at every level.
        search.sources.iter_mut().for_each(|source| source.sheets = Some(sheets.clone()));
    }
    Ok(search.sources)
}

struct Search {
    exclude: Option<PathBuf>,
    sources: Vec<Source>,
}

impl Search {
    fn visit(
        &mut self,
        path: &Path,
        name: &str,
        sheets: Option<&Path>,
        depth: usize,
    ) -> Result<(), IntakeError> {
        // The root is always looked at: it is for the caller to refuse a result that goes into the input.
        if depth > 0 && self.exclude.is_some() && path.canonicalize().ok() == self.exclude {
            return Ok(());
        }
        let folder = Folder::read(path)?;
        let own = sheets_below(&folder)?;
        let sheets = own.as_deref().or(sheets);
        if let Some(line) = folder.subfolder("line") {
            self.sources.push(structured(&folder, &line, name, sheets)?);
            return Ok(());
        }
        let folders = folder.folders.clone();
        if !folder.drawings.is_empty() || !folder.unnameable.is_empty() {
            self.sources.push(plain(folder, name, sheets));
        }
        if depth < MAX_DEPTH {
            for child in folders.iter().filter(|child| own.is_none() || !child.eq_ignore_ascii_case("ref")) {
                self.visit(&path.join(child), &join(name, child), sheets, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// `{line,…}`: with `gt` and `seg` it is a data set whose folders are cut into clips, else one clip.
fn structured(
    folder: &Folder,
    line: &Path,
    name: &str,
    sheets: Option<&Path>,
) -> Result<Source, IntakeError> {
    let painted = folder.subfolder("gt");
    let data_set = painted.is_some() && folder.subfolder("seg").is_some();
    let line_name = line.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Source {
        name: name.to_owned(),
        prefix: join(name, &line_name),
        lines: Folder::read(line)?,
        painted,
        sheets: sheets.map(Path::to_path_buf),
        clip: data_set.then_some(DATA_SET_CLIP),
    })
}

fn plain(lines: Folder, name: &str, sheets: Option<&Path>) -> Source {
    Source {
        name: name.to_owned(),
        prefix: name.to_owned(),
        lines,
        painted: None,
        sheets: sheets.map(Path::to_path_buf),
        clip: None,
    }
}

/// The folder's `ref`, if that holds sheets.
fn sheets_below(folder: &Folder) -> Result<Option<PathBuf>, IntakeError> {
    let Some(path) = folder.subfolder("ref") else { return Ok(None) };
    let inside = Folder::read(&path)?;
    let complete = inside.subfolder("line").is_some() && inside.subfolder("gt").is_some();
    Ok(complete.then_some(path))
}

fn explicit_sheets(path: &Path) -> Result<PathBuf, IntakeError> {
    let folder = Folder::read(path)?;
    if folder.subfolder("line").is_none() || folder.subfolder("gt").is_none() {
        return Err(IntakeError::NotSheets(path.to_path_buf()));
    }
    Ok(path.to_path_buf())
}

/// Joins two relative paths with `/`, either of which may be empty.
pub(super) fn join(a: &str, b: &str) -> String {
    if a.is_empty() || b.is_empty() { format!("{a}{b}") } else { format!("{a}/{b}") }
}
