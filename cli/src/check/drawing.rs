//! The drawings themselves.

use std::path::{Path, PathBuf};

use cel::inspect::{Finding, Limits, inspect};
use cel::{AlphaRule, Drawing, PaintRules, Precedent};
use rayon::prelude::*;
use scheduler::intake::{Clip, ClipDrawing, Episode};
use serde::Serialize;

use crate::exit::CliError;

/// What is known of a drawing after a look at it.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// Its path below the folder that is checked.
    pub key: String,
    /// Its segments.
    pub segments: u32,
    /// What is to be mended, the worst first.
    pub findings: Vec<Finding>,
    /// Why it could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How drawings are looked at.
pub struct Checker {
    pub alpha: AlphaRule,
    pub rules: PaintRules,
    pub limits: Limits,
    /// Folder for pictures of the segments.
    pub preview: Option<PathBuf>,
}

/// Looks at all drawings of an episode, on all cores.
pub fn check(episode: &Episode, checker: &Checker) -> Result<Vec<Checked>, CliError> {
    let clips = episode.clips.iter();
    let drawings: Vec<_> =
        clips.flat_map(|clip| (0..clip.drawings.len()).map(move |place| (clip, place))).collect();
    drawings.into_par_iter().map(|(clip, place)| checker.look(clip, place)).collect()
}

impl Checker {
    fn look(&self, clip: &Clip, place: usize) -> Result<Checked, CliError> {
        let ClipDrawing { key, line, .. } = &clip.drawings[place];
        let line = match cel::codec::read(line) {
            Ok(line) => line,
            Err(error) => {
                let (key, error) = (key.clone(), Some(error.cause.to_string()));
                return Ok(Checked { key, segments: 0, findings: Vec::new(), error });
            }
        };
        let precedents = self.precedents(clip, place);
        let precedents: Vec<&Precedent> = precedents.iter().collect();
        let gaps = cel::gaps::gaps(&line, self.alpha, self.rules.close_gaps, &precedents);
        let labels = cel::segment_with(&line, self.alpha, &gaps);
        if let Some(folder) = &self.preview {
            write(&folder.join(Path::new(key).with_extension("png")), &cel::rainbow(&labels))?;
        }
        let findings = inspect(&line, self.alpha, &self.rules, self.limits, &precedents);
        Ok(Checked { key: key.clone(), segments: labels.count, findings, error: None })
    }

    /// What tells which lines of a drawing are meant to be closed: the one nearest to it that is given painted, and the drawing
    /// before it. One that does not open tells nothing, and is told of itself.
    fn precedents(&self, clip: &Clip, place: usize) -> Vec<Precedent> {
        let (alpha, most) = (self.alpha, self.limits.gap.max(self.rules.close_gaps));
        if most == 0 {
            return Vec::new();
        }
        let read = |path: &Path| cel::codec::read(path).ok();
        let painted = clip.drawings.iter().enumerate().filter(|&(other, _)| other != place);
        let painted =
            painted.filter_map(|(other, drawing)| Some((other, drawing, drawing.painted.as_deref()?)));
        let nearest = painted.min_by_key(|&(other, ..)| other.abs_diff(place));
        let painted = nearest.and_then(|(_, ClipDrawing { line, .. }, painted)| {
            Some(Precedent::painted(&read(line)?, &read(painted)?, alpha))
        });
        let before = place.checked_sub(1).filter(|before| nearest.is_none_or(|(other, ..)| other != *before));
        let before = before.and_then(|before| {
            let line = read(&clip.drawings[before].line)?;
            let gaps = cel::gaps::gaps(&line, alpha, most, &Vec::from_iter(&painted));
            Some(Precedent::new(&line, alpha, &gaps))
        });
        before.into_iter().chain(painted).collect()
    }
}

fn write(path: &Path, picture: &Drawing) -> Result<(), CliError> {
    let unwritable = |source| CliError::Unwritable { path: path.to_path_buf(), source };
    let bytes = cel::codec::encode(picture).map_err(|error| unwritable(std::io::Error::other(error)))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    std::fs::write(path, bytes).map_err(unwritable)
}
