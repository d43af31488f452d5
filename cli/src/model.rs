//! `shiage model`: model folders from published checkpoints.

use worker::model::ModelConfig;

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
    let report = worker::model::import(&args.dacon, args.backbone.as_deref(), args.heads, &args.out)?;
    report.notices.iter().for_each(|notice| terminal::note(notice));
    let (kind, millions) = (kind(&report.config), report.parameters as f64 / 1e6);
    let folder = report.folder.display();
    terminal::result(&format!("{folder}: {kind}, {millions:.1} million parameters"));
    Ok(Exit::Done)
}

/// The version, and what is otherwise than published.
fn kind(config: &ModelConfig) -> String {
    let mut kind = format!("DACoN {}", config.version);
    if config.backbone.is_none() {
        kind += " without a backbone";
    }
    if !config.reduction.is_published() {
        kind = format!("{kind}, {}", config.reduction.name());
    }
    if !config.comparison.is_published() {
        kind = format!("{kind}, {}", config.comparison.name());
    }
    kind
}
