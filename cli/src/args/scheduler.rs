//! Arguments of `scheduler`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::{LogArgs, PolicyArgs};

/// Arguments of `scheduler`.
#[derive(Clone, Debug, Args)]
pub struct SchedulerArgs {
    /// The queue, such as `redis://host:6379/0`.
    #[arg(long, value_name = "URL", env = "SHIAGE_REDIS", hide_env_values = true)]
    #[arg(required_unless_present = "print_openapi")]
    pub redis: Option<String>,
    /// How the queue is kept.
    #[command(flatten)]
    pub policy: PolicyArgs,
    /// The store: a folder, `file:///folder` or `s3://bucket/prefix?parameters`.
    #[arg(long, value_name = "URL", env = "SHIAGE_STORE", hide_env_values = true)]
    #[arg(required_unless_present = "print_openapi")]
    pub store: Option<String>,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", env = "SHIAGE_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// A file of tokens: a line `ROLE TOKEN` each, with the role read, submit or admin. Without it the environment variable
    /// SHIAGE_TOKENS says them as `ROLE:TOKEN,ROLE:TOKEN`.
    #[arg(long, value_name = "FILE")]
    pub tokens: Option<PathBuf>,
    /// Ask for no token: everybody who reaches the address may do everything. Only for an address of this machine.
    #[arg(long, conflicts_with = "tokens")]
    pub no_auth: bool,
    /// Seconds that a job should take.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub target_seconds: u32,
    /// Where to tell of episodes and clips that have come to their end, by signed requests.
    #[arg(long, value_name = "URL", env = "SHIAGE_WEBHOOK")]
    pub webhook: Option<String>,
    /// A file with the secret that signs them. Without it the environment variable SHIAGE_WEBHOOK_SECRET says it.
    #[arg(long, value_name = "FILE", requires = "webhook")]
    pub webhook_secret: Option<PathBuf>,
    /// The API of the cluster whose pods the workers are, such as `https://kubernetes.default.svc`: it is told which of them
    /// are busy, so that it takes away idle ones first. Needs a service account that may patch pods.
    #[arg(long, value_name = "URL", env = "SHIAGE_KUBERNETES")]
    pub kubernetes: Option<String>,
    /// Print one line of JSON when it listens.
    #[arg(long)]
    pub json: bool,
    /// End when stdin ends: for a scheduler that another process keeps.
    #[arg(long)]
    pub with_parent: bool,
    /// Print the OpenAPI document and do nothing else.
    #[arg(long)]
    pub print_openapi: bool,
    /// How it logs.
    #[command(flatten)]
    pub log: LogArgs,
}
