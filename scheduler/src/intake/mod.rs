//! Intake: a folder of drawings becomes an episode of clips, each drawing keyed by its relative path.
//!
//! Nothing is decoded here beyond file headers, and nothing is changed on disk.

mod cels;
mod clips;
mod folder;
mod layout;
mod natural;
mod numbers;
mod pairing;
mod survey;
mod time_sheets;
mod timing;

use std::path::{Path, PathBuf};

use common::{Mode, Reference};

pub use self::survey::{Survey, survey};
use self::time_sheets::TimeSheets;
pub use self::timing::{Seen, Timing};

/// What to take in.
#[derive(Clone, Debug)]
pub struct Intake {
    /// A folder of line drawings, one of the known layouts, or a folder of these.
    pub root: PathBuf,
    /// Painted drawings under the names of their line drawings; takes the place of the layout's `gt`.
    pub painted: Option<PathBuf>,
    /// Design sheets as `{line,gt}`, as painted drawings alone, or one such file; takes the place of the layout's `ref`.
    pub sheets: Option<PathBuf>,
    /// The time sheet of the cut; takes the place of those in the folders.
    pub time_sheet: Option<PathBuf>,
    /// The reference mode; `None` chooses for each clip by what it has.
    pub mode: Option<Mode>,
    /// Drawings in a clip; `None` takes the custom of the layout (20 in the data-set layout, else the whole folder).
    pub clip_interval: Option<usize>,
    /// A folder to leave out: where the painted drawings go, if that lies inside `root`.
    pub exclude: Option<PathBuf>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Episode {
    /// The clips, in the order of their folders.
    pub clips: Vec<Clip>,
    /// What could not be used, and why. The rest of the episode stands.
    pub problems: Vec<Problem>,
    /// What somebody may want to look into, though all can be used: numbers that are missing, what is odd in a time sheet.
    pub notes: Vec<Problem>,
}

impl Episode {
    /// Number of line drawings, painted or not.
    #[must_use]
    pub fn drawings(&self) -> usize {
        self.clips.iter().map(|clip| clip.drawings.len()).sum()
    }
}

/// The ordered drawings of one cel in one cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clip {
    /// Folder of the clip relative to the root, with the cel if the folder holds several, and the number of the clip if it
    /// was divided.
    pub name: String,
    /// The drawings in the order in which the time sheet shows them first; without one by their numbers.
    pub drawings: Vec<ClipDrawing>,
    /// The design sheets, in the order of their names.
    pub sheets: Vec<Reference>,
    /// When the drawings are seen, if there is a time sheet with a column for them.
    pub timing: Option<Timing>,
}

impl Clip {
    /// Whether anything can be painted from.
    #[must_use]
    pub fn has_reference(&self) -> bool {
        !self.sheets.is_empty() || self.has_painted()
    }

    /// Whether a drawing of the clip is given painted.
    #[must_use]
    pub fn has_painted(&self) -> bool {
        self.drawings.iter().any(|drawing| drawing.painted.is_some())
    }

    /// The mode asked for, or the one that suits what the clip has: `nearest` with painted drawings, else `keyframe`.
    #[must_use]
    pub fn mode(&self, asked: Option<Mode>) -> Mode {
        asked.unwrap_or(if self.has_painted() { Mode::Nearest } else { Mode::Keyframe })
    }
}

/// A line drawing, and its painted drawing if that is given and the mode may use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipDrawing {
    /// Path relative to the root, with `/`.
    pub key: String,
    /// File of the line drawing.
    pub line: PathBuf,
    /// File of the painted drawing.
    pub painted: Option<PathBuf>,
}

/// A file or folder that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong and what to do, in one line that does not name the path again.
    pub error: String,
}

impl Problem {
    fn new(path: &Path, error: impl Into<String>) -> Self {
        Self { path: path.to_path_buf(), error: error.into() }
    }
}

/// Why nothing could be taken in at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// A folder could not be read.
    #[error("{}: cannot read the folder: {source}", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A path that must be a folder is something else.
    #[error("{}: not a folder; give the folder that holds the drawings", .0.display())]
    NotAFolder(PathBuf),
    /// No drawing anywhere below the root.
    #[error("{}: no line drawing found; put PNG or TGA drawings there, or in a folder `line` below it", .0.display())]
    NoDrawings(PathBuf),
    /// There is no design sheet in the folder of sheets.
    #[error("{}: no design sheets; it must hold painted PNG or TGA drawings, or folders `gt` and `line` of them", .0.display())]
    NotSheets(PathBuf),
}

/// Finds the clips below a folder.
///
/// # Errors
/// When the root or a folder below it cannot be read, or there is no drawing in it. A single unusable file is a
/// [`Problem`] of the episode instead.
pub fn scan(intake: &Intake) -> Result<Episode, IntakeError> {
    let sources = layout::find(intake)?;
    let mut episode = Episode::default();
    let mut time_sheets = TimeSheets::default();
    let alone = sources.len() == 1;
    for source in &sources {
        clips::add(intake, source, alone, &mut time_sheets, &mut episode)?;
    }
    episode.notes.extend(time_sheets.left_over());
    if episode.drawings() == 0 && episode.problems.is_empty() {
        return Err(IntakeError::NoDrawings(intake.root.clone()));
    }
    Ok(episode)
}

#[cfg(test)]
mod tests;
