//! Input files are never written to: refuses an output folder that would.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use scheduler::intake::Episode;
use worker::pipeline::Settings;

use crate::exit::CliError;

/// Refuses an output folder where a painted drawing would take the place of an input.
pub fn check(settings: &Settings, episode: &Episode) -> Result<(), CliError> {
    let inputs: HashSet<PathBuf> = inputs(episode).filter_map(|path| path.canonicalize().ok()).collect();
    let keys = episode.clips.iter().flat_map(|clip| &clip.drawings).map(|drawing| &drawing.key);
    for key in keys {
        let path = settings.painted(key);
        if path.canonicalize().is_ok_and(|path| inputs.contains(&path)) {
            return Err(CliError::Usage(format!(
                "{}: is an input; give another folder to --out, inputs are never changed",
                path.display()
            )));
        }
    }
    Ok(())
}

fn inputs(episode: &Episode) -> impl Iterator<Item = &Path> {
    episode.clips.iter().flat_map(|clip| {
        let drawings = clip.drawings.iter();
        let own = drawings.flat_map(|drawing| [Some(&drawing.line), drawing.painted.as_ref()]);
        let sheets = clip.sheets.iter().flat_map(|sheet| [Some(&sheet.line), Some(&sheet.painted)]);
        own.chain(sheets).flatten().map(PathBuf::as_path)
    })
}
