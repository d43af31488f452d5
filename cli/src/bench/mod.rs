//! `shiage bench`: how fast parts of the farm are on this machine, and how fast a farm would be.

mod queue;
mod simulate;

use crate::args::{BenchArgs, BenchCommand};
use crate::exit::{CliError, Exit};

/// Runs `shiage bench`.
pub fn run(args: &BenchArgs) -> Result<Exit, CliError> {
    match &args.command {
        BenchCommand::Queue(args) => queue::run(args),
        BenchCommand::Simulate(args) => simulate::run(args),
    }
}
