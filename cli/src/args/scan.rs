//! Arguments of `scan`.

use std::path::PathBuf;

use clap::Args;

use crate::client::args::HowArgs;

/// Arguments of `scan`.
#[derive(Clone, Debug, Args)]
pub struct ScanArgs {
    /// A cut, or a folder of cuts, as for `paint`. Nothing in it is changed.
    pub folder: PathBuf,
    /// What the manifest says besides.
    #[command(flatten)]
    pub how: HowArgs,
    /// Print the manifest of the episode on stdout, as `shiage submit` takes it.
    #[arg(long)]
    pub json: bool,
    /// Print a JSON object on stdout with every drawing's size, bits a pixel and dots an inch.
    #[arg(long, conflicts_with = "json")]
    pub drawings: bool,
}
