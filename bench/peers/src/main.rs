//! Measures the farm's queue against two other queues on Redis, which do the same work in the same run.

mod queues;
mod report;
mod rounds;
mod server;
mod work;

use std::io::Write as _;

use anyhow::{Context as _, Result};
use clap::Parser;

use crate::work::{CONCURRENCY, Work};

/// Claims and completes the same jobs with three queues; prints jobs a second.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Jobs that each queue holds and completes, in each round.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    jobs: u64,
    /// Workers of each peer, as on so many machines. They share a concurrency of 64.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=CONCURRENCY))]
    peer_workers: u64,
    /// A server to measure on instead of one of our own for each queue. Its database must be empty, and is emptied
    /// after each measurement.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let work = Work { jobs: args.jobs, peer_workers: args.peer_workers };
    let rounds = rounds::measure(work, args.redis.as_deref()).await?;
    let report = report::Report::new(work, &rounds)?;
    let text = if args.json { serde_json::to_string_pretty(&report)? } else { report.table() };
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}
