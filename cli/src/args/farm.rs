//! Arguments of `shiage farm`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PolicyArgs;

/// Arguments of `farm`.
#[derive(Debug, Args)]
pub struct FarmArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: FarmCommand,
}

/// What can be done with a farm on this machine.
#[derive(Debug, Subcommand)]
pub enum FarmCommand {
    /// Start Redis, a store, a scheduler and workers, until you stop this command.
    Up(UpArgs),
    /// Serve a folder as S3; `farm up` starts this.
    #[command(hide = true)]
    S3(S3Args),
}

/// Arguments of `farm up`.
#[derive(Clone, Debug, Args)]
pub struct UpArgs {
    /// Workers to start.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub workers: u32,
    /// Folder for all that the farm keeps; the same folder later goes on where this farm stopped.
    #[arg(long, value_name = "DIR", default_value = "shiage-farm")]
    pub dir: PathBuf,
    /// What the workers paint with, as `worker --model`: may be given several times [default: builtin and shape].
    #[arg(long, value_name = "MODEL")]
    pub model: Vec<String>,
    /// Jobs that each worker paints at a time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub concurrency: u32,
    /// Where the scheduler listens [default: 127.0.0.1:8080, or another port if that is taken].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// A Redis that runs already, in place of one of its own.
    #[arg(long, value_name = "URL")]
    pub redis: Option<String>,
    /// A store that is there already, in place of a server of its own.
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Seconds that a job should take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub target_seconds: u32,
    /// How the queue is kept.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// Print one line of JSON when the farm is ready.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `farm s3`. The keys stand in the environment, where nobody else sees them.
#[derive(Clone, Debug, Args)]
pub struct S3Args {
    /// Folder whose folders are the buckets.
    #[arg(long, value_name = "DIR")]
    pub root: PathBuf,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// The user who may do everything.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true)]
    pub access_key: String,
    /// What that user signs with.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub secret_key: String,
    /// End when stdin ends.
    #[arg(long)]
    pub with_parent: bool,
}
