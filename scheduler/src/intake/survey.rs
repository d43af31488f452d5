//! What lies in a folder besides drawings.

use std::path::{Path, PathBuf};

use super::IntakeError;
use super::folder::{Folder, is_aside};
use super::layout::MAX_DEPTH;

/// What lies in a folder and is not painted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Files that are neither drawings nor time sheets.
    pub unknown: Vec<PathBuf>,
    /// Folders whose names begin with `_`, and the drawings in them: layouts, key drawings, papers.
    pub aside: Vec<(PathBuf, usize)>,
    /// The time sheets.
    pub time_sheets: Vec<PathBuf>,
}

/// Looks through a folder for what intake does not take.
///
/// # Errors
/// When the folder or one below it cannot be read.
pub fn survey(root: &Path) -> Result<Survey, IntakeError> {
    let mut survey = Survey::default();
    visit(root, 0, false, &mut survey)?;
    Ok(survey)
}

fn visit(path: &Path, depth: usize, aside: bool, survey: &mut Survey) -> Result<(), IntakeError> {
    let folder = Folder::read(path)?;
    survey.unknown.extend(folder.others.iter().map(|name| path.join(name)));
    survey.time_sheets.extend(folder.time_sheets.iter().map(|name| path.join(name)));
    if aside {
        survey.aside.push((path.to_path_buf(), folder.drawings.len()));
    }
    if depth < MAX_DEPTH {
        for name in &folder.folders {
            visit(&path.join(name), depth + 1, aside || is_aside(name), survey)?;
        }
    }
    Ok(())
}
