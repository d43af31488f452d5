//! `shiage bench`: how fast parts of the farm are on this machine, and how fast a farm would be.

mod faults;
mod model;
mod queue;
mod simulate;
mod throughput;

use crate::args::{BenchArgs, BenchCommand};
use crate::exit::{CliError, Exit};

/// Runs `shiage bench`.
pub fn run(args: &BenchArgs) -> Result<Exit, CliError> {
    match &args.command {
        BenchCommand::Faults(args) => faults::run(args),
        BenchCommand::Farm(args) => throughput::run(args),
        BenchCommand::Model(args) => model::run(args),
        BenchCommand::Queue(args) => queue::run(args),
        BenchCommand::Simulate(args) => simulate::run(args),
    }
}
