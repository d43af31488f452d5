//! `shiage check`: what to mend in line drawings before they are painted.

mod clip;
mod drawing;
mod table;

use cel::inspect::Limits;
use scheduler::intake::{Episode, Intake, scan};
use serde::Serialize;

use self::clip::ClipFinding;
use self::drawing::{Checked, Checker};
use crate::args::CheckArgs;
use crate::client::print_json;
use crate::engine::alpha;
use crate::exit::{CliError, Exit};
use crate::{show, terminal};

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Answer {
    /// Every drawing, in the order of the clips.
    drawings: Vec<Checked>,
    /// What is odd about clips.
    clips: Vec<ClipFinding>,
    /// Files that cannot be used.
    problems: Vec<String>,
}

/// Runs `shiage check`. Findings make it incomplete.
pub fn run(args: &CheckArgs) -> Result<Exit, CliError> {
    let episode = scan(&intake(args))?;
    let checker = Checker {
        alpha: alpha(args.alpha),
        rules: show::rules(&args.show, &args.input)?,
        limits: Limits { gap: args.gaps, tiny: args.tiny },
        preview: args.preview.clone(),
    };
    let answer = Answer {
        drawings: drawing::check(&episode, &checker)?,
        clips: episode.clips.iter().flat_map(clip::check).collect(),
        problems: problems(&episode),
    };
    if args.json {
        print_json(&answer);
    } else {
        terminal::result(&table::of(&answer));
    }
    Ok(if answer.is_clean() { Exit::Done } else { Exit::Incomplete })
}

impl Answer {
    fn is_clean(&self) -> bool {
        let clean =
            self.drawings.iter().all(|drawing| drawing.findings.is_empty() && drawing.error.is_none());
        clean && self.clips.is_empty() && self.problems.is_empty()
    }
}

fn intake(args: &CheckArgs) -> Intake {
    Intake {
        root: args.input.clone(),
        painted: args.painted.clone(),
        sheets: args.sheets.clone(),
        time_sheet: None,
        mode: None,
        clip_interval: None,
        exclude: args.preview.clone(),
    }
}

fn problems(episode: &Episode) -> Vec<String> {
    let all = episode.problems.iter().chain(&episode.notes);
    all.map(|problem| format!("{}: {}", problem.path.display(), problem.error)).collect()
}
