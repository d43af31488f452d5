//! Arguments of `check`.

use std::path::PathBuf;

use clap::Args;

use super::{AlphaArg, ShowArgs};

/// Arguments of `check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// A folder of line drawings, a cut or an episode, as for `paint`. Nothing in it is changed.
    pub input: PathBuf,
    /// Painted drawings with the names of their line drawings, in place of the `gt` beside `line`.
    #[arg(long, value_name = "DIR")]
    pub painted: Option<PathBuf>,
    /// Design sheets, in place of the `ref` beside `line`.
    #[arg(long, value_name = "DIR")]
    pub sheets: Option<PathBuf>,
    /// Look for gaps in lines of at most so many pixels.
    #[arg(long, value_name = "PIXELS", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=32))]
    pub gaps: u32,
    /// Regions of fewer pixels are tiny.
    #[arg(long, value_name = "PIXELS", default_value_t = 8)]
    pub tiny: u32,
    /// Write a picture of each drawing's segments into this folder, every segment in a colour of its own.
    #[arg(long, value_name = "DIR")]
    pub preview: Option<PathBuf>,
    /// What lies under transparent pixels, as for `paint`.
    #[arg(long, value_enum, default_value_t)]
    pub alpha: AlphaArg,
    /// What is agreed for the show.
    #[command(flatten)]
    pub show: ShowArgs,
    /// Print one JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}
