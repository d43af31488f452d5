//! How the processes of a farm reach its queue.

use clap::Args;
use common::queue::{Policy, RedisQueue};

use crate::exit::CliError;

/// Arguments of every command that talks to the queue.
#[derive(Clone, Debug, Args)]
pub struct QueueArgs {
    /// The queue, such as `redis://host:6379/0`.
    #[arg(long, value_name = "URL", env = "SHIAGE_REDIS", hide_env_values = true)]
    pub redis: String,
    /// How the queue is kept.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

/// What all processes of a farm must be told alike.
#[derive(Clone, Copy, Debug, Args)]
pub struct PolicyArgs {
    /// Seconds until a job of a worker that has gone silent goes to another; the same for all processes of a farm.
    #[arg(long, value_name = "SECONDS", env = "SHIAGE_LEASE", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub lease: u32,
}

impl PolicyArgs {
    /// The policy of the queue.
    pub fn policy(self) -> Policy {
        Policy { lease_ms: u64::from(self.lease) * 1_000, ..Policy::default() }
    }
}

impl QueueArgs {
    /// Connects to the queue.
    pub async fn connect(&self) -> Result<RedisQueue, CliError> {
        Ok(RedisQueue::connect(&self.redis, self.policy.policy()).await?)
    }
}
