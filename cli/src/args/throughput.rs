//! Arguments of `bench farm`.

use clap::Args;

/// Arguments of `bench farm`.
#[derive(Clone, Debug, Args)]
pub struct ThroughputArgs {
    /// Workers of the farm.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub workers: u32,
    /// Clips of the episode.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub clips: u32,
    /// Drawings of each clip.
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(2..=60))]
    pub drawings: u32,
    /// Specks that make a drawing's file larger: of a thousand pixels.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=200))]
    pub grain: u32,
    /// Width and height of a drawing.
    #[arg(long, value_name = "PIXELS", num_args = 2, value_names = ["WIDTH", "HEIGHT"], default_values_t = [1280, 720],
        value_parser = clap::value_parser!(u32).range(64..=8_192))]
    pub size: Vec<u32>,
    /// Print one JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}
