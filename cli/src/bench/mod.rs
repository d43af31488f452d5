//! `shiage bench`: how fast parts of the farm are on this machine.

mod queue;

use crate::args::{BenchArgs, BenchCommand};
use crate::exit::{CliError, Exit};

/// Runs `shiage bench`.
pub fn run(args: &BenchArgs) -> Result<Exit, CliError> {
    match &args.command {
        BenchCommand::Queue(args) => queue::run(args),
    }
}
