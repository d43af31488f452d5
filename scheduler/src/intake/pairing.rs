//! Painted drawings and the line drawings they belong to: same name, same size.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use common::Reference;

use super::folder::Folder;
use super::{IntakeError, Problem, natural};

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

    /// The painted drawings without a line drawing, by name.
    pub fn without_line(&self, line_names: &[String]) -> Vec<PathBuf> {
        let stems: HashSet<String> = line_names.iter().map(|name| stem(name)).collect();
        let orphans = self.by_stem.iter().filter(|(key, _)| !stems.contains(*key));
        let mut orphans: Vec<PathBuf> = orphans.map(|(_, path)| path.clone()).collect();
        orphans.sort();
        orphans
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

/// The design sheets of a folder `{line,gt}`, of a folder of painted drawings, or a painted drawing itself, named by the
/// paths of their painted drawings below the root, or, where they lie elsewhere, from the name of their own folder on.
pub(super) fn sheets(
    root: &Path,
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Reference>, IntakeError> {
    let base = if path.starts_with(root) { root } else { path.parent().unwrap_or(path) };
    if path.is_file() {
        return Ok(vec![painted_only(base, path)]);
    }
    let folder = Folder::read(path)?;
    let Some(gt) = folder.subfolder("gt") else {
        let drawings = folder.drawings.iter().map(|name| painted_only(base, &path.join(name)));
        return Ok(drawings.collect());
    };
    let painted = Painted::read(&gt)?;
    let lines = folder.subfolder("line").map(|line| Folder::read(&line)).transpose()?;
    let mut sheets = Vec::new();
    for name in lines.iter().flat_map(|lines| &lines.drawings) {
        let line = lines.as_ref().map_or_else(|| gt.join(name), |lines| lines.path.join(name));
        match sheet(base, &line, painted.of(name)) {
            Ok(sheet) => sheets.extend(sheet),
            Err(problem) => problems.push(problem),
        }
    }
    let names = lines.map(|lines| lines.drawings).unwrap_or_default();
    sheets.extend(painted.without_line(&names).iter().map(|path| painted_only(base, path)));
    sheets.sort_by(|a, b| natural::compare(&a.name, &b.name));
    Ok(sheets)
}

/// A painted drawing without a line drawing: the painter derives it, where both are the same file.
pub(super) fn painted_only(base: &Path, painted: &Path) -> Reference {
    let name = painted.strip_prefix(base).unwrap_or(painted).display().to_string();
    Reference { name, line: painted.to_path_buf(), painted: painted.to_path_buf() }
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
