//! A folder of line drawings becomes clips: which drawings, which of them painted, which sheets.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use common::{Mode, Reference};

use super::cels::{self, Cel};
use super::layout::{Source, join};
use super::pairing::{self, Painted};
use super::time_sheets::TimeSheets;
use super::{Clip, ClipDrawing, Episode, Intake, IntakeError, Problem, numbers};

/// Adds the clips of one folder to the episode.
pub(super) fn add(
    intake: &Intake,
    source: &Source,
    alone: bool,
    time_sheets: &mut TimeSheets,
    episode: &mut Episode,
) -> Result<(), IntakeError> {
    episode.problems.extend(source.lines.unnameable.iter().map(|path| unnameable(path)));
    let names = distinct(source, &mut episode.problems);
    let mut sheets = match &source.sheets {
        Some(path) => pairing::sheets(&intake.root, path, &mut episode.problems)?,
        None => Vec::new(),
    };
    let painted = painted(intake, source, alone)?;
    if let Some(painted) = &painted {
        let alone = painted.without_line(&source.lines.drawings);
        sheets.extend(alone.iter().map(|path| pairing::painted_only(&intake.root, path)));
    }
    let rule = Rule::choose(intake, painted.as_ref().is_some_and(|painted| painted.complete(&names)));
    let folder = Folder { intake, source, sheets, painted: painted.as_ref(), rule };
    let cels = cels::split(names);
    let several = cels.len() > 1;
    for cel in cels {
        folder.add_cel(cel, several, time_sheets, episode);
    }
    Ok(())
}

/// What the clips of a folder share.
struct Folder<'a> {
    intake: &'a Intake,
    source: &'a Source,
    sheets: Vec<Reference>,
    painted: Option<&'a Painted>,
    rule: Rule,
}

impl Folder<'_> {
    /// Adds the drawings of one cel, as one clip or several.
    fn add_cel(&self, mut cel: Cel, several: bool, time_sheets: &mut TimeSheets, episode: &mut Episode) {
        let Self { intake, source, .. } = self;
        let name = clip_name(intake, source, several.then_some(cel.name.as_str()));
        episode.notes.extend(self.odd_numbers(&cel, several));
        let folder = cel_of_folder(&name).to_owned();
        let mut called = vec![cel.name.as_str(), &folder];
        called.retain(|name| !name.is_empty());
        called.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let sheet = match &source.time_sheet {
            Some(path) => time_sheets.of(path, &called, episode),
            None => None,
        };
        if let Some(sheet) = &sheet {
            sheet.order(&mut cel.drawings);
        }
        let count = cel.drawings.len();
        let interval = intake.clip_interval.or(source.clip).unwrap_or(usize::MAX).max(1);
        for (i, names) in cel.drawings.chunks(interval.min(count.max(1))).enumerate() {
            let divided = count > interval;
            episode.clips.push(Clip {
                name: if divided { format!("{name} clip {}", i + 1) } else { name.clone() },
                drawings: drawings(source, names, self.painted, self.rule, &mut episode.problems),
                sheets: self.sheets.clone(),
                timing: sheet.as_ref().map(|sheet| sheet.timing(names, &cel.drawings)),
            });
        }
    }

    fn odd_numbers(&self, cel: &Cel, several: bool) -> Vec<Problem> {
        let numbers = cel.numbers().zip(&cel.drawings);
        let numbers: Vec<_> = numbers.filter_map(|(number, name)| Some((number?, name.as_str()))).collect();
        let folder = &self.source.lines.path;
        let place = if several && !cel.name.is_empty() { folder.join(&cel.name) } else { folder.clone() };
        numbers::odd(&numbers).into_iter().map(|line| Problem::new(&place, line)).collect()
    }
}

/// The cel that a clip's folder is named for: the retake `A.R1` is of `A`.
fn cel_of_folder(name: &str) -> &str {
    let folder = name.rsplit('/').next().unwrap_or(name);
    let retake = folder.rsplit_once(['.', '_']).filter(|(_, end)| is_retake(end));
    retake.map_or(folder, |(cel, _)| cel)
}

/// `R` or `R1`, whatever the case.
fn is_retake(text: &str) -> bool {
    text.strip_prefix(['r', 'R']).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
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

/// The folder's name, with the cel if the folder holds several.
fn clip_name(intake: &Intake, source: &Source, cel: Option<&str>) -> String {
    let root = || intake.root.file_name().map_or("clip".into(), |name| name.to_string_lossy().into_owned());
    let name = if source.name.is_empty() { root() } else { source.name.clone() };
    join(&name, cel.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retakes_are_of_their_cel() {
        for (folder, cel) in
            [("x/A.R1", "A"), ("A.r12", "A"), ("a_r", "a"), ("b_go", "b_go"), ("A.Rx", "A.Rx")]
        {
            assert_eq!(cel_of_folder(folder), cel);
        }
    }
}
