//! What a worker is told at its start.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use candle_core::Device;
use common::farm::SpecFormat;
use common::ids::{Pool, WorkerId};

/// What a worker is told at its start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its id: host or pod, and a nonce of this start.
    pub id: WorkerId,
    /// Tells this process from another of the same id.
    pub nonce: String,
    /// Machine it runs on, for people.
    pub host: String,
    /// Where networks run.
    pub device: Device,
    /// What its people say of it.
    pub tags: BTreeMap<String, String>,
    /// Bases of the pools that it serves, the one to look at first in front.
    pub pools: Vec<Pool>,
    /// The latest format of specs that it reads: it serves the pools of this one and of all before.
    pub format: SpecFormat,
    /// Jobs that it paints at a time.
    pub concurrency: usize,
    /// Drawings that the engine sees at a time, to begin with.
    pub batch: usize,
    /// Bytes of embedded references to keep in memory.
    pub reference_bytes: u64,
    /// Bytes of fetched drawings to keep on disk.
    pub blob_bytes: u64,
    /// Folder for what it is working on, emptied at the start; no other process may use it.
    pub work_dir: PathBuf,
    /// How long it may take to finish what is in hand when it is asked to end.
    pub grace: Duration,
    /// How long a lease lasts: that of the queue's policy.
    pub lease: Duration,
    /// How often an idle worker asks for work that it was not told of.
    pub poll: Duration,
}

impl Options {
    /// How long after a confirmed heartbeat was sent a worker may write: less than the lease, since clocks and answers
    /// take their time.
    pub(super) fn fence(&self) -> Duration {
        self.lease * 4 / 5
    }

    /// Time between two heartbeats.
    pub(super) fn beat(&self) -> Duration {
        self.lease / 3
    }
}
