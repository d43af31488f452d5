//! `shiage scan`: what lies in a folder of cuts, and its manifest.

mod inventory;

use std::path::Path;

use scheduler::episode::manifest;
use scheduler::intake::{Episode, Problem, Survey, scan, survey};

use crate::args::ScanArgs;
use crate::client::episode as submission;
use crate::client::print_json;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage scan`: a table for people, or the manifest on stdout; what is odd on stderr either way.
pub fn run(args: &ScanArgs) -> Result<Exit, CliError> {
    let episode = scan(&submission::intake(&args.folder, &args.how))?;
    let survey = survey(&args.folder)?;
    let complete = if args.json {
        write_manifest(args, &episode)?
    } else {
        terminal::result(&inventory::table(&episode));
        true
    };
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

fn tell(root: &Path, episode: &Episode, survey: &Survey) {
    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let line = |problem: &Problem| format!("{}: {}", shown(&problem.path), problem.error);
    for problem in episode.problems.iter().chain(&episode.notes) {
        terminal::note(&line(problem));
    }
    inventory::of_sheets(episode).iter().for_each(|line| terminal::note(line));
    for (path, drawings) in &survey.aside {
        terminal::note(&format!("{}: left aside, {drawings} drawings", shown(path)));
    }
    for path in &survey.unknown {
        terminal::note(&format!("{}: unknown, neither drawing nor time sheet", shown(path)));
    }
    terminal::note(&inventory::totals(episode, survey));
}
