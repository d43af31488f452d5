//! `shiage bench simulate`: how long an episode takes on farms of several sizes.

mod figures;
mod table;

use scheduler::simulate::{Farm, SimulateError, Work, simulate};

use self::figures::{Figures, ModeFigures};
use crate::args::SimulateArgs;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage bench simulate`.
pub fn run(args: &SimulateArgs) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(CliError::Start)?;
    let modes = runtime.block_on(all(args))?;
    if args.json {
        let figures = Figures::new(args, modes);
        let text = serde_json::to_string(&figures)
            .map_err(|error| CliError::Unwritable { path: "standard output".into(), source: error.into() })?;
        terminal::result(&text);
    } else {
        terminal::result(&table::render(&modes, args.mtbf.is_some()));
    }
    Ok(Exit::Done)
}

async fn all(args: &SimulateArgs) -> Result<Vec<ModeFigures>, SimulateError> {
    let mut modes = Vec::with_capacity(args.mode.len());
    for &mode in &args.mode {
        let work = Work::plan(&args.shape(mode).manifest()?, args.costs(), args.target_seconds)?;
        // What others are measured by: a worker that is never in the way of another and never dies.
        let alone = simulate(&work, &Farm { deaths: None, ..args.farm(1) }).await?;
        let mut figures = ModeFigures::new(mode, &work, &alone);
        for &workers in &args.workers {
            figures.add(&work, &simulate(&work, &args.farm(workers)).await?);
        }
        modes.push(figures);
    }
    Ok(modes)
}
