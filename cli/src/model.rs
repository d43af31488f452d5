//! `shiage model`: model folders from published checkpoints.

use crate::args::{ImportArgs, ModelArgs, ModelCommand};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Runs `shiage model`.
pub fn run(args: &ModelArgs) -> Result<Exit, CliError> {
    match &args.command {
        ModelCommand::Import(args) => import(args),
    }
}

fn import(args: &ImportArgs) -> Result<Exit, CliError> {
    let report = worker::model::import(&args.dacon, Some(&args.backbone), args.heads, &args.out)?;
    report.notices.iter().for_each(|notice| terminal::note(notice));
    let (version, millions) = (report.config.version, report.parameters as f64 / 1e6);
    let folder = report.folder.display();
    terminal::result(&format!("{folder}: DACoN {version}, {millions:.1} million parameters"));
    Ok(Exit::Done)
}
