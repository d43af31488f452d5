//! Workers as the queue knows them.

use serde::{Deserialize, Serialize};

use crate::ids::{JobKey, Pool, WorkerId};

/// A worker that registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWorker {
    /// Its id.
    pub id: WorkerId,
    /// Tells this process from another of the same name; registering again with the same nonce changes nothing but `info`.
    pub nonce: String,
    /// Pools it serves.
    pub pools: Vec<Pool>,
    /// What people are shown of it (device, memory, models), as JSON; nothing to the queue.
    pub info: String,
}

/// What a worker may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkerState {
    /// It gets jobs.
    Active,
    /// It finishes what it has.
    Draining,
}

impl WorkerState {
    pub(crate) const ALL: [Self; 2] = [Self::Active, Self::Draining];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Draining => "draining",
        }
    }
}

/// A registered worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkerStatus {
    /// Its id.
    pub id: WorkerId,
    /// What it may do.
    pub state: WorkerState,
    /// Pools it serves.
    pub pools: Vec<Pool>,
    /// What it said of itself.
    pub info: String,
    /// When it was last heard, in milliseconds since 1970 by the queue's clock.
    pub beat_ms: u64,
    /// Jobs it failed in a row that others finished.
    pub blame: u32,
    /// Until when it gets no jobs for that; 0 if it does.
    pub blocked_until_ms: u64,
    /// Jobs it has leases on.
    pub running: Vec<JobKey>,
}
