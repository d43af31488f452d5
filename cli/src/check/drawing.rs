//! The drawings themselves.

use std::path::{Path, PathBuf};

use cel::inspect::{Finding, Limits, inspect};
use cel::{AlphaRule, Drawing, PaintRules};
use rayon::prelude::*;
use scheduler::intake::Episode;
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
    let drawings: Vec<_> = episode.clips.iter().flat_map(|clip| &clip.drawings).collect();
    drawings.into_par_iter().map(|drawing| checker.look(&drawing.key, &drawing.line)).collect()
}

impl Checker {
    fn look(&self, key: &str, file: &Path) -> Result<Checked, CliError> {
        let line = match cel::codec::read(file) {
            Ok(line) => line,
            Err(error) => {
                let (key, error) = (key.to_owned(), Some(error.cause.to_string()));
                return Ok(Checked { key, segments: 0, findings: Vec::new(), error });
            }
        };
        let labels = cel::segment_closed(&line, self.alpha, self.rules.close_gaps);
        if let Some(folder) = &self.preview {
            write(&folder.join(Path::new(key).with_extension("png")), &cel::rainbow(&labels))?;
        }
        let findings = inspect(&line, self.alpha, &self.rules, self.limits);
        Ok(Checked { key: key.to_owned(), segments: labels.count, findings, error: None })
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
