//! `shiage`: paints line drawings with the exact colours of their references.

mod args;
mod bench;
mod check;
mod client;
mod engine;
mod eval;
mod exit;
mod farm;
mod identity;
mod logging;
mod memory;
mod model;
mod model_name;
mod models;
mod monitor;
mod paint;
mod progress;
mod scan;
mod scheduler;
mod show;
mod signals;
mod terminal;
mod worker;

use clap::Parser as _;

use crate::args::{Cli, Command};

fn main() -> std::process::ExitCode {
    let result = match Cli::parse().command {
        Command::Paint(args) => paint::run(&args),
        Command::Scan(args) => scan::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Scheduler(args) => scheduler::run(&args),
        Command::Worker(args) => worker::run(&args),
        Command::Farm(args) => farm::run(&args),
        Command::Client(command) => client::run(&command),
        Command::Model(args) => model::run(&args),
        Command::Bench(args) => bench::run(&args),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal::error(&error);
            error.exit().into()
        }
    }
}
