//! The known layouts: which folders below the root hold line drawings, and what belongs to them.

use std::path::{Path, PathBuf};

use cel::FileKind;

use super::folder::Folder;
use super::{Intake, IntakeError};

/// Folders nested deeper than this are not looked into.
pub(super) const MAX_DEPTH: usize = 16;

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
    /// The time sheet of the cut.
    pub time_sheet: Option<PathBuf>,
}

/// What belongs to every folder below one.
#[derive(Clone, Copy, Default)]
struct Inherited<'a> {
    sheets: Option<&'a Path>,
    time_sheet: Option<&'a Path>,
}

/// Folders of line drawings, and of painted drawings beside them, by name.
const FOLDERS: [(&str, &[&str]); 2] =
    [("line", &["gt", "color", "colour"]), ("sketch", &["color", "colour"])];

/// Every folder of line drawings below the root.
pub(super) fn find(intake: &Intake) -> Result<Vec<Source>, IntakeError> {
    let sheets = intake.sheets.as_deref().map(explicit_sheets).transpose()?;
    let inherited = Inherited { sheets: sheets.as_deref(), time_sheet: intake.time_sheet.as_deref() };
    let exclude = intake.exclude.as_ref().and_then(|path| path.canonicalize().ok());
    let mut search = Search { exclude, sources: Vec::new() };
    search.visit(&intake.root, "", inherited, 0)?;
    for source in &mut search.sources {
        // What is named by hand takes the place of what the layout has, at every level.
        source.sheets = sheets.clone().or(source.sheets.take());
        source.time_sheet = intake.time_sheet.clone().or(source.time_sheet.take());
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
        inherited: Inherited<'_>,
        depth: usize,
    ) -> Result<(), IntakeError> {
        // The root is always looked at: it is for the caller to refuse a result that goes into the input.
        if depth > 0 && self.exclude.is_some() && path.canonicalize().ok() == self.exclude {
            return Ok(());
        }
        let folder = Folder::read(path)?;
        let (own, time_sheet) = (sheets_below(&folder)?, folder.time_sheet()?);
        let inherited = Inherited {
            sheets: own.as_deref().or(inherited.sheets),
            time_sheet: time_sheet.as_deref().or(inherited.time_sheet),
        };
        if let Some((line, painted)) = line_and_painted(&folder) {
            self.sources.extend(structured(&folder, &line, painted.as_deref(), name, inherited)?);
            return Ok(());
        }
        let folders: Vec<String> = folder.clip_folders().cloned().collect();
        if !folder.drawings.is_empty() || !folder.unnameable.is_empty() {
            self.sources.push(source(folder, name, name.to_owned(), None, inherited));
        }
        if depth < MAX_DEPTH {
            for child in folders.iter().filter(|child| own.is_none() || !child.eq_ignore_ascii_case("ref")) {
                self.visit(&path.join(child), &join(name, child), inherited, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// The folders of line and painted drawings in a folder. `sketch` says little by itself.
fn line_and_painted(folder: &Folder) -> Option<(PathBuf, Option<PathBuf>)> {
    FOLDERS.iter().find_map(|(line, painted)| {
        let painted = painted.iter().find_map(|name| folder.subfolder(name));
        let line = folder.subfolder(line).filter(|_| *line == "line" || painted.is_some())?;
        Some((line, painted))
    })
}

/// `{line,…}`: with `gt` and `seg` it is a data set whose folders are cut into clips, else one clip, or one for each folder
/// in `line`.
fn structured(
    folder: &Folder,
    line: &Path,
    painted: Option<&Path>,
    name: &str,
    inherited: Inherited<'_>,
) -> Result<Vec<Source>, IntakeError> {
    let line_name = line.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let prefix = join(name, &line_name);
    let lines = Folder::read(line)?;
    let painted_folder = painted.map(Folder::read).transpose()?;
    let mut sources = Vec::new();
    for cel in lines.clip_folders() {
        let cel_lines = Folder::read(&line.join(cel))?;
        if !cel_lines.drawings.is_empty() {
            let painted = painted_folder.as_ref().and_then(|painted| painted.subfolder(cel));
            let (name, prefix) = (join(name, cel), join(&prefix, cel));
            sources.push(source(cel_lines, &name, prefix, painted, inherited));
        }
    }
    if sources.is_empty() || !lines.drawings.is_empty() {
        let painted = painted.map(Path::to_path_buf);
        let data_set = painted.is_some() && folder.subfolder("seg").is_some();
        let own = source(lines, name, prefix, painted, inherited);
        sources.insert(0, Source { clip: data_set.then_some(DATA_SET_CLIP), ..own });
    }
    Ok(sources)
}

fn source(
    lines: Folder,
    name: &str,
    prefix: String,
    painted: Option<PathBuf>,
    inherited: Inherited<'_>,
) -> Source {
    Source {
        name: name.to_owned(),
        prefix,
        lines,
        painted,
        sheets: inherited.sheets.map(Path::to_path_buf),
        clip: None,
        time_sheet: inherited.time_sheet.map(Path::to_path_buf),
    }
}

/// The folder's `ref`, if that holds sheets.
fn sheets_below(folder: &Folder) -> Result<Option<PathBuf>, IntakeError> {
    let Some(path) = folder.subfolder("ref") else { return Ok(None) };
    let inside = Folder::read(&path)?;
    let holds_sheets = inside.subfolder("gt").is_some() || !inside.drawings.is_empty();
    Ok(holds_sheets.then_some(path))
}

fn explicit_sheets(path: &Path) -> Result<PathBuf, IntakeError> {
    if path.is_file() && FileKind::from_path(path).is_some() {
        return Ok(path.to_path_buf());
    }
    let folder = Folder::read(path)?;
    if folder.subfolder("gt").is_none() && folder.drawings.is_empty() {
        return Err(IntakeError::NotSheets(path.to_path_buf()));
    }
    Ok(path.to_path_buf())
}

/// Joins two relative paths with `/`, either of which may be empty.
pub(super) fn join(a: &str, b: &str) -> String {
    if a.is_empty() || b.is_empty() { format!("{a}{b}") } else { format!("{a}/{b}") }
}
