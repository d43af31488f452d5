//! A folder of line drawings becomes clips: which drawings, which of them painted, which sheets.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use common::Mode;

use super::layout::{Source, join};
use super::pairing::{self, Painted};
use super::{Clip, ClipDrawing, Episode, Intake, IntakeError, Problem};

/// Adds the clips of one folder to the episode.
pub(super) fn add(
    intake: &Intake,
    source: &Source,
    alone: bool,
    episode: &mut Episode,
) -> Result<(), IntakeError> {
    episode.problems.extend(source.lines.unnameable.iter().map(|path| unnameable(path)));
    let names = distinct(source, &mut episode.problems);
    let sheets = match &source.sheets {
        Some(path) => pairing::sheets(&intake.root, path, &mut episode.problems)?,
        None => Vec::new(),
    };
    let painted = painted(intake, source, alone)?;
    if let Some(painted) = &painted {
        episode.problems.extend(painted.without_line(&source.lines.drawings));
    }
    let rule = Rule::choose(intake, painted.as_ref().is_some_and(|painted| painted.complete(&names)));
    let interval = intake.clip_interval.or(source.clip).unwrap_or(usize::MAX).max(1);
    let divided = names.len() > interval;
    for (i, names) in names.chunks(interval.min(names.len().max(1))).enumerate() {
        let drawings = drawings(source, names, painted.as_ref(), rule, &mut episode.problems);
        let name = clip_name(intake, source, divided.then_some(i));
        episode.clips.push(Clip { name, drawings, sheets: sheets.clone() });
    }
    Ok(())
}

fn unnameable(path: &Path) -> Problem {
    Problem::new(path, "the name is not valid Unicode: rename the file")
}

/// Names of line drawings that do not share their stem with an earlier one: results are named by the stem.
fn distinct(source: &Source, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut stems = HashSet::new();
    let mut names = Vec::new();
    for name in &source.lines.drawings {
        if stems.insert(pairing::stem(name)) {
            names.push(name.clone());
        } else {
            let error = "another drawing here has the same name with another extension: keep one of them";
            problems.push(Problem::new(&source.lines.path.join(name), error));
        }
    }
    names
}

/// The folder of painted drawings that belongs to a source.
fn painted(intake: &Intake, source: &Source, alone: bool) -> Result<Option<Painted>, IntakeError> {
    let Some(root) = &intake.painted else {
        return source.painted.as_deref().map(Painted::read).transpose();
    };
    if !root.is_dir() {
        return Err(IntakeError::NotAFolder(root.clone()));
    }
    let mut places = vec![root.join(&source.prefix), root.join(&source.name).join("gt")];
    places.push(root.join(&source.name));
    if alone {
        places.push(root.clone());
    }
    for place in places.iter().filter(|place| place.is_dir()) {
        let painted = Painted::read(place)?;
        if source.lines.drawings.iter().any(|name| painted.of(name).is_some()) {
            return Ok(Some(painted));
        }
    }
    if alone { Painted::read(root).map(Some) } else { Ok(None) }
}

/// Which of the painted drawings may be used.
#[derive(Clone, Copy)]
enum Rule {
    /// The artist has painted these: all of them.
    All,
    /// The truth of a data set: the first drawing of each clip.
    First,
    /// The truth of a data set, and the mode uses none.
    None,
}

impl Rule {
    /// A `gt` for every drawing is the truth of a data set, of which only what the mode allows is used. Where
    /// painted drawings are named by hand, a mode that allows one only is a question about the others, too.
    fn choose(intake: &Intake, complete: bool) -> Self {
        let by_hand = intake.painted.is_some();
        match intake.mode {
            Some(Mode::Keyframe) if complete => Self::None,
            Some(Mode::FirstFrame | Mode::PreviousFrame) if complete => Self::First,
            Some(Mode::Nearest) | None if complete && !by_hand => Self::First,
            _ => Self::All,
        }
    }
}

fn drawings(
    source: &Source,
    names: &[String],
    painted: Option<&Painted>,
    rule: Rule,
    problems: &mut Vec<Problem>,
) -> Vec<ClipDrawing> {
    let mut drawings = Vec::with_capacity(names.len());
    let mut wanted = !matches!(rule, Rule::None);
    for name in names {
        let line = source.lines.path.join(name);
        let found = painted.filter(|_| wanted).and_then(|painted| painted.of(name));
        let painted = found.and_then(|painted| checked(&line, painted, problems));
        wanted &= painted.is_none() || matches!(rule, Rule::All);
        drawings.push(ClipDrawing { key: join(&source.prefix, name), line, painted });
    }
    drawings
}

fn checked(line: &Path, painted: &Path, problems: &mut Vec<Problem>) -> Option<PathBuf> {
    match pairing::usable(line, painted) {
        Ok(usable) => usable.then(|| painted.to_path_buf()),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// The folder's name, with the number of the clip from 1 if the folder is divided.
fn clip_name(intake: &Intake, source: &Source, index: Option<usize>) -> String {
    let root = || intake.root.file_name().map_or("clip".into(), |name| name.to_string_lossy().into_owned());
    let name = if source.name.is_empty() { root() } else { source.name.clone() };
    index.map_or(name.clone(), |index| format!("{name} clip {}", index + 1))
}
