//! `shiage scan`: what lies in a folder of cuts, and its manifest.

mod drawings;
mod inventory;

use std::path::Path;

use scheduler::episode::manifest;
use scheduler::intake::{Episode, Problem, Survey, scan, survey};

use crate::args::ScanArgs;
use crate::client::episode as submission;
use crate::client::print_json;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage scan`: a table for people, the manifest or the drawings on stdout; what is odd on stderr either way.
pub fn run(args: &ScanArgs) -> Result<Exit, CliError> {
    let episode = scan(&submission::intake(&args.folder, &args.how))?;
    let survey = survey(&args.folder)?;
    let mut complete = true;
    if args.json {
        complete = write_manifest(args, &episode)?;
    } else if args.drawings {
        print_json(&drawings::of(&episode));
    } else {
        terminal::result(&inventory::table(&episode));
    }
    tell(&args.folder, &episode, &survey);
    Ok(if complete && episode.problems.is_empty() { Exit::Done } else { Exit::Incomplete })
}

/// Writes the manifest; says whether it can be submitted as it is.
fn write_manifest(args: &ScanArgs, episode: &Episode) -> Result<bool, CliError> {
    let about = submission::about(&args.folder, &args.how)?;
    let manifest = manifest(episode, &about, submission::look)?.manifest;
    print_json(&manifest);
    let faults = manifest.validate().err();
    if let Some(faults) = &faults {
        terminal::note(&format!("not to be submitted yet: {faults}"));
    }
    Ok(faults.is_none())
}

/// Says what somebody may want to look into, though all can be used.
pub fn tell_notes(root: &Path, episode: &Episode) {
    for Problem { path, error } in &episode.notes {
        terminal::note(&format!("{}: {error}", shown(root, path)));
    }
    inventory::of_sheets(episode).iter().for_each(|line| terminal::note(line));
}

fn tell(root: &Path, episode: &Episode, survey: &Survey) {
    for Problem { path, error } in &episode.problems {
        terminal::note(&format!("{}: {error}", shown(root, path)));
    }
    tell_notes(root, episode);
    for (path, drawings) in &survey.aside {
        terminal::note(&format!("{}: left aside, {drawings} drawings", shown(root, path)));
    }
    for path in &survey.unknown {
        terminal::note(&format!("{}: unknown, neither drawing nor time sheet", shown(root, path)));
    }
    terminal::note(&inventory::totals(episode, survey));
}

/// A path below the folder that is looked at, without that.
fn shown<'a>(root: &Path, path: &'a Path) -> std::path::Display<'a> {
    path.strip_prefix(root).ok().filter(|below| below.as_os_str() != "").unwrap_or(path).display()
}
