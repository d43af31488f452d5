//! What people decide about episodes.

use scheduler::api::{NewPriority, Summary};

use super::args::{EpisodeArgs, PriorityArgs};
use super::http::Client;
use super::print_json;
use super::table::summary_line;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage cancel`, `pause`, `resume` or `retry`.
pub fn run(args: &EpisodeArgs, what: &str) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    for id in &args.episodes {
        let summary: Summary = client.post(&format!("/episodes/{id}/{what}"), &())?;
        tell(&summary, args.server.json);
    }
    Ok(Exit::Done)
}

/// Runs `shiage priority`.
pub fn priority(args: &PriorityArgs) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    let body = NewPriority { priority: args.priority };
    let summary: Summary = client.put(&format!("/episodes/{}/priority", args.episode), &body)?;
    tell(&summary, args.server.json);
    Ok(Exit::Done)
}

fn tell(summary: &Summary, json: bool) {
    if json { print_json(summary) } else { terminal::result(&summary_line(summary)) }
}
