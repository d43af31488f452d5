//! What is submitted: a folder or a manifest becomes a manifest and its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Digest;
use common::farm::{Alpha, Manifest};
use scheduler::episode::{About, FileFacts, manifest};
use scheduler::intake::{Episode, Intake, scan};

use super::args::HowArgs;
use super::beside;
use super::upload::unreadable;
use crate::args::AlphaArg;
use crate::exit::CliError;
use crate::{paint, show};

/// What is submitted.
pub struct Submission {
    /// The manifest.
    pub manifest: Manifest,
    /// A file for each digest in it that lies on this machine.
    pub files: BTreeMap<Digest, PathBuf>,
    /// What cannot be used, and why. The rest is submitted.
    pub problems: Vec<String>,
}

/// Reads a folder or a manifest.
pub fn read(episode: &Path, how: &HowArgs) -> Result<Submission, CliError> {
    let extension = episode.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        _ if episode.is_dir() => from_folder(episode, how),
        Some("json") => from_manifest(episode, Manifest::from_json),
        Some("toml") => from_manifest(episode, Manifest::from_toml),
        _ => Err(CliError::Usage(format!(
            "{}: neither a folder nor a manifest (.json, .toml)",
            episode.display()
        ))),
    }
}

fn from_folder(folder: &Path, how: &HowArgs) -> Result<Submission, CliError> {
    let mut episode = scan(&intake(folder, how))?;
    let found = episode.problems.drain(..);
    let mut problems: Vec<String> = found.map(|p| format!("{}: {}", p.path.display(), p.error)).collect();
    drop_damaged(&mut episode, &mut problems);
    let bare = paint::bare_clips(&episode, how.shots.0);
    problems.extend(bare.map(|failure| failure.to_string()));
    episode.clips.retain(|clip| clip.has_painted() || (!clip.sheets.is_empty() && how.shots.0 > 0));
    let scanned = manifest(&episode, &about(folder, how)?, look)?;
    check(&scanned.manifest)?;
    Ok(Submission { manifest: scanned.manifest, files: scanned.files, problems })
}

/// What to take in of a folder.
pub fn intake(folder: &Path, how: &HowArgs) -> Intake {
    Intake {
        root: folder.to_path_buf(),
        painted: how.painted.clone(),
        sheets: how.sheets.clone(),
        time_sheet: how.time_sheet.clone(),
        mode: paint::mode(how.mode),
        clip_interval: how.clip_interval.map(|count| count.0),
        exclude: None,
    }
}

/// A painted drawing that does not open is painted like the others, as `paint` does.
fn drop_damaged(episode: &mut Episode, problems: &mut Vec<String>) {
    for drawing in episode.clips.iter_mut().flat_map(|clip| &mut clip.drawings) {
        let Some(painted) = &drawing.painted else { continue };
        if let Err(error) = cel::codec::read(painted) {
            problems.push(format!("{}: {}", painted.display(), error.cause));
            drawing.painted = None;
        }
    }
}

/// What a submission says besides.
pub fn about(folder: &Path, how: &HowArgs) -> Result<About, CliError> {
    let usage = |error: common::ids::InvalidName| CliError::Usage(error.to_string());
    let show = match &how.show {
        Some(show) => show.clone(),
        None => name_of(folder).parse().map_err(usage)?,
    };
    let user = match &how.user {
        Some(user) => user.clone(),
        None => std::env::var("USER").unwrap_or_else(|_| "unknown".into()).parse().map_err(usage)?,
    };
    Ok(About {
        show,
        user,
        priority: how.priority,
        pool: how.pool.clone(),
        model: how.model.clone(),
        alpha: match how.alpha {
            AlphaArg::Composite => Alpha::Composite,
            AlphaArg::Reference => Alpha::Reference,
        },
        output: how.format.output(),
        rules: show::rules(&how.rules, folder)?,
        mode: paint::mode(how.mode),
        shots: u32::try_from(how.shots.0).ok(),
    })
}

/// The name of a folder, wherever it is named from.
pub fn name_of(folder: &Path) -> String {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    absolute.file_name().map_or_else(|| "episode".into(), |name| name.to_string_lossy().into_owned())
}

/// Reads what a manifest says of a file.
pub fn look(path: &Path) -> Result<FileFacts, CliError> {
    let file = std::fs::File::open(path).map_err(|source| unreadable(path, source))?;
    let bytes = file.metadata().map_err(|source| unreadable(path, source))?.len();
    let digest = Digest::of_reader(file).map_err(|source| unreadable(path, source))?;
    let size = cel::codec::probe_file(path).ok().map(|size| [size.width, size.height]);
    Ok(FileFacts { digest, bytes, size })
}

fn from_manifest<E: std::fmt::Display>(
    path: &Path,
    parse: impl FnOnce(&[u8]) -> Result<Manifest, E>,
) -> Result<Submission, CliError> {
    let bytes = std::fs::read(path).map_err(|source| unreadable(path, source))?;
    let manifest = parse(&bytes).map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    check(&manifest)?;
    let files = beside::files(&manifest, folder)?;
    Ok(Submission { manifest, files, problems: Vec::new() })
}

/// The farm checks it again, but only after everything is uploaded.
fn check(manifest: &Manifest) -> Result<(), CliError> {
    manifest.validate().map_err(|error| CliError::Usage(error.to_string()))
}
