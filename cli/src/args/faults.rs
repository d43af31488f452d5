//! Arguments of `bench faults`.

use clap::Args;
use e2e::Fault;

/// Arguments of `bench faults`.
#[derive(Clone, Debug, Args)]
pub struct FaultsArgs {
    /// Makes runs differ.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Faults to strike with, at least.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub faults: u32,
    /// Workers of the farm.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub workers: u32,
    /// Schedulers of the farm.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub schedulers: u32,
    /// Clips of each episode.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub clips: u32,
    /// Drawings of each clip.
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(2..=60))]
    pub drawings: u32,
    /// The one fault that strikes; all kinds without it.
    #[arg(long, value_name = "FAULT", value_parser = fault)]
    pub only: Option<Fault>,
    /// Milliseconds between two faults, at most.
    #[arg(long, value_name = "MS", default_value_t = 400, value_parser = clap::value_parser!(u64).range(20..=60_000))]
    pub pause: u64,
    /// Seconds of a lease.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub lease: u32,
    /// Print one JSON object on stdout.
    #[arg(long)]
    pub json: bool,
}

fn fault(text: &str) -> Result<Fault, String> {
    let names = || Fault::all().map(Fault::name).collect::<Vec<_>>().join(", ");
    Fault::all().find(|fault| fault.name() == text).ok_or_else(|| format!("expected one of {}", names()))
}
