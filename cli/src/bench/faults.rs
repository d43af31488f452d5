//! `shiage bench faults`: a farm under fire, and what holds nevertheless.

use e2e::chaos::{Plan, Report, run as strike};

use crate::args::FaultsArgs;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage bench faults`.
pub fn run(args: &FaultsArgs) -> Result<Exit, CliError> {
    let plan = Plan {
        seed: args.seed,
        faults: args.faults,
        workers: args.workers,
        schedulers: args.schedulers,
        clips: args.clips,
        drawings: args.drawings,
        only: args.only,
        pause_ms: args.pause,
        lease: args.lease,
    };
    let shiage = std::env::current_exe().map_err(CliError::Start)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let report = runtime.block_on(strike(&shiage, plan, &terminal::note));
    let report = report.map_err(|error| CliError::Start(std::io::Error::other(error)))?;
    tell(&report, args.json);
    Ok(if report.verdict.violations.is_empty() { Exit::Done } else { Exit::Error })
}

fn tell(report: &Report, json: bool) {
    if json {
        match serde_json::to_string(report) {
            Ok(line) => terminal::result(&line),
            Err(error) => terminal::error(&error),
        }
        return;
    }
    let faults: u32 = report.faults.values().sum();
    for (fault, times) in &report.faults {
        terminal::result(&format!("{times:6}  {fault}"));
    }
    terminal::result(&format!(
        "{faults} faults in {:.0} s: {} episodes, {} jobs, {} drawings, {} violations",
        report.seconds,
        report.episodes,
        report.verdict.jobs,
        report.verdict.drawings,
        report.verdict.violations.len()
    ));
    report.verdict.violations.iter().for_each(|violation| terminal::result(violation));
}
