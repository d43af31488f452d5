//! Painted drawings and the line drawings they belong to: same name, same size.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use common::Reference;

use super::folder::Folder;
use super::{IntakeError, Problem};

/// Painted drawings of one folder by the stem of their names in lower case: `a0001.TGA` may be painted as `a0001.png`.
pub(super) struct Painted {
    by_stem: HashMap<String, PathBuf>,
}

impl Painted {
    pub fn read(path: &Path) -> Result<Self, IntakeError> {
        let folder = Folder::read(path)?;
        let entry = |name: &String| (stem(name), path.join(name));
        Ok(Self { by_stem: folder.drawings.iter().rev().map(entry).collect() })
    }

    /// The painted drawing of a line drawing's name.
    pub fn of(&self, line_name: &str) -> Option<&PathBuf> {
        self.by_stem.get(&stem(line_name))
    }

    /// Whether every one of these line drawings is painted.
    pub fn complete(&self, line_names: &[String]) -> bool {
        line_names.iter().all(|name| self.of(name).is_some())
    }

    /// A problem for each painted drawing without a line drawing.
    pub fn without_line(&self, line_names: &[String]) -> Vec<Problem> {
        let stems: Vec<String> = line_names.iter().map(|name| stem(name)).collect();
        let mut orphans: Vec<&PathBuf> =
            self.by_stem.iter().filter(|(key, _)| !stems.contains(key)).map(|(_, path)| path).collect();
        orphans.sort();
        let error = "painted, but there is no line drawing of the same name: add that, or remove this file";
        orphans.into_iter().map(|path| Problem::new(path, error)).collect()
    }
}

/// Lower-case name without extension.
pub(super) fn stem(name: &str) -> String {
    Path::new(name).file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Whether a painted drawing has the size of its line drawing, from the headers of both.
///
/// `Ok(false)`: the line drawing cannot be read; that is reported where it is painted.
pub(super) fn usable(line: &Path, painted: &Path) -> Result<bool, Problem> {
    let painted_size =
        cel::codec::probe_file(painted).map_err(|error| Problem::new(painted, error.cause.to_string()))?;
    let Ok(line_size) = cel::codec::probe_file(line) else { return Ok(false) };
    if painted_size == line_size {
        return Ok(true);
    }
    let error = format!(
        "painted at {painted_size}, but its line drawing {} is {line_size}: export both at the same size",
        line.display()
    );
    Err(Problem::new(painted, error))
}

/// The design sheets of a folder `{line,gt}`, named by the paths of their painted drawings below the root, or, where they
/// lie elsewhere, from the name of their own folder on.
pub(super) fn sheets(
    root: &Path,
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Reference>, IntakeError> {
    let folder = Folder::read(path)?;
    let (Some(line), Some(gt)) = (folder.subfolder("line"), folder.subfolder("gt")) else {
        return Err(IntakeError::NotSheets(path.to_path_buf()));
    };
    let (lines, painted) = (Folder::read(&line)?, Painted::read(&gt)?);
    problems.extend(painted.without_line(&lines.drawings));
    let base = if path.starts_with(root) { root } else { path.parent().unwrap_or(path) };
    let mut sheets = Vec::new();
    for name in &lines.drawings {
        match sheet(base, &line.join(name), painted.of(name)) {
            Ok(sheet) => sheets.extend(sheet),
            Err(problem) => problems.push(problem),
        }
    }
    Ok(sheets)
}

fn sheet(base: &Path, line: &Path, painted: Option<&PathBuf>) -> Result<Option<Reference>, Problem> {
    let Some(painted) = painted else {
        let error = "a design sheet without its painted drawing in `gt`: add that, or remove this file";
        return Err(Problem::new(line, error));
    };
    cel::codec::probe_file(line).map_err(|error| Problem::new(line, error.cause.to_string()))?;
    let usable = usable(line, painted)?;
    let name = painted.strip_prefix(base).unwrap_or(painted).display().to_string();
    Ok(usable.then(|| Reference { name, line: line.to_path_buf(), painted: painted.clone() }))
}
