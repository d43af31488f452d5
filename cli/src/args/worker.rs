//! Arguments of `worker`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use common::ids::Pool;

use super::{BatchArgs, LogArgs, PlaceArgs, QueueArgs};

/// Arguments of `worker`.
#[derive(Clone, Debug, Args)]
pub struct WorkerArgs {
    /// The queue.
    #[command(flatten)]
    pub queue: QueueArgs,
    /// The store: a folder, `file:///folder` or `s3://bucket/prefix?parameters`.
    #[arg(long, value_name = "URL", env = "SHIAGE_STORE", hide_env_values = true)]
    pub store: String,
    /// What paints: `builtin`, `shape` or a model folder made by `shiage model import`. Give it once for each model
    /// [default: builtin and shape].
    #[arg(long, value_name = "MODEL")]
    pub model: Vec<String>,
    /// Where networks run.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// How many drawings at a time.
    #[command(flatten)]
    pub batch: BatchArgs,
    /// Pools to serve, the one to look at first in front. Pools times models are at most 8.
    #[arg(long, value_name = "POOL", default_value = "default")]
    pub pool: Vec<Pool>,
    /// Something to know of this worker, shown to people.
    #[arg(long, value_name = "KEY=VALUE")]
    pub tag: Vec<Tag>,
    /// Jobs to paint at a time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub concurrency: u32,
    /// Bytes of embedded references to keep in memory.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30)]
    pub cache_bytes: u64,
    /// Bytes of fetched drawings to keep on disk.
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 30)]
    pub disk_bytes: u64,
    /// Folder to work in, for this worker alone; `blobs` and `jobs` in it are emptied at the start [default: a temporary
    /// one].
    #[arg(long, value_name = "DIR")]
    pub work_dir: Option<PathBuf>,
    /// Seconds to finish what is in hand when the worker is asked to end.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub grace: u64,
    /// Name of the machine or pod in the worker's id [default: that of the host].
    #[arg(long, value_name = "NAME", env = "SHIAGE_WORKER_NAME")]
    pub name: Option<String>,
    /// Where to tell how the worker is: `/metrics`, `/healthz`, `/readyz`; port 0 takes a free one [default: nowhere].
    #[arg(long, value_name = "ADDRESS", env = "SHIAGE_METRICS_ADDR")]
    pub metrics_addr: Option<SocketAddr>,
    /// End when stdin ends: for a worker that another process keeps.
    #[arg(long)]
    pub with_parent: bool,
    /// How it logs.
    #[command(flatten)]
    pub log: LogArgs,
}

/// Something to know of a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// What it is about.
    pub key: String,
    /// What is to be known.
    pub value: String,
}

impl FromStr for Tag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                Ok(Self { key: key.to_owned(), value: value.to_owned() })
            }
            _ => Err("expected KEY=VALUE".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_a_key_and_a_value() {
        assert_eq!("rack=b=7".parse(), Ok(Tag { key: "rack".into(), value: "b=7".into() }));
        assert!("rack".parse::<Tag>().is_err() && "=7".parse::<Tag>().is_err());
    }
}
