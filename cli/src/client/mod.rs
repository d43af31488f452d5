//! The commands that talk to a farm.

pub mod args;
mod beside;
mod control;
mod correct;
pub mod episode;
mod error;
mod events;
mod explain;
mod farm;
mod fetch;
mod http;
mod incoming;
mod parallel;
mod patience;
mod place;
mod status;
mod submit;
pub mod table;
pub mod tls;
mod upload;
mod watch;

use self::args::ClientCommand;
pub use self::error::ClientError;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs a command that talks to a farm.
pub fn run(command: &ClientCommand) -> Result<Exit, CliError> {
    match command {
        ClientCommand::Submit(args) => submit::run(args),
        ClientCommand::Watch(args) => incoming::run(args),
        ClientCommand::Status(args) => status::run(args),
        ClientCommand::Fetch(args) => fetch::run(args),
        ClientCommand::Cancel(args) => control::run(args, "cancel"),
        ClientCommand::Pause(args) => control::run(args, "pause"),
        ClientCommand::Resume(args) => control::run(args, "resume"),
        ClientCommand::Retry(args) => control::run(args, "retry"),
        ClientCommand::Priority(args) => control::priority(args),
        ClientCommand::Correct(args) => correct::run(args),
        ClientCommand::Explain(args) => explain::run(args),
        ClientCommand::Workers(args) => farm::workers(args),
        ClientCommand::Drain(args) => farm::drain(args),
        ClientCommand::Forgive(args) => farm::forgive(args),
        ClientCommand::Queue(args) => farm::queue(args),
        ClientCommand::Dead(args) => farm::dead(args),
        ClientCommand::Events(args) => events::run(args),
    }
}

/// Prints a value as one line of JSON.
pub fn print_json(value: &impl serde::Serialize) {
    match serde_json::to_string(value) {
        Ok(line) => terminal::result(&line),
        Err(error) => terminal::error(&error),
    }
}
