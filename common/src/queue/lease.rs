//! Claims, leases and how attempts end.

use serde::{Deserialize, Serialize};

use super::order::Affinity;
use crate::ids::{JobKey, Pool, WorkerId};

/// Proof of the right to run a job: `epoch:nonce`. The nonce is drawn for every claim, so that tokens differ even after
/// a failover that lost the latest writes; a counter could not promise that.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(pub String);

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a worker asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Who asks.
    pub worker: WorkerId,
    /// Pools it serves, the one to look at first in front. Lanes of one order stand together and are looked at as one.
    pub pools: Vec<Pool>,
    /// References it holds.
    pub warm: Vec<Affinity>,
}

/// A lease on a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The job.
    pub key: JobKey,
    /// Its proof.
    pub token: Token,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// What earlier attempts have recorded, the oldest first.
    pub checkpoints: Vec<String>,
    /// What was submitted for the worker.
    pub payload: String,
}

/// What came of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// A job.
    Granted(Grant),
    /// There is nothing for this worker now.
    Nothing,
    /// The worker is draining: there will be nothing for it.
    Draining,
}

/// A lease that a worker holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The job.
    pub key: JobKey,
    /// Its proof.
    pub token: Token,
}

/// What a worker is told of a lease at a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// Go on.
    Held,
    /// The episode was cancelled: stop, and release the job.
    Cancel,
    /// Finish the drawing in hand and release the job.
    Preempt,
    /// The job is not this worker's any more: stop writing.
    Lost,
}

impl LeaseState {
    pub(crate) const ALL: [Self; 4] = [Self::Held, Self::Cancel, Self::Preempt, Self::Lost];
}

/// What came of recording a checkpoint, or that an attempt has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpointed {
    /// It is recorded; a repeat of one that already was changes nothing.
    Recorded,
    /// The lease is over; nothing has changed.
    Stale,
}

impl Checkpointed {
    pub(crate) const ALL: [Self; 2] = [Self::Recorded, Self::Stale];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Stale => "stale",
        }
    }
}

/// What came of completing a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// It is done.
    Done,
    /// It already was, by the same token.
    Repeat,
    /// The lease is over or another's; nothing has changed.
    Stale,
    /// The episode was cancelled meanwhile; the result is not used.
    Cancelled,
}

impl Completion {
    pub(crate) const ALL: [Self; 4] = [Self::Done, Self::Repeat, Self::Stale, Self::Cancelled];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Repeat => "repeat",
            Self::Stale => "stale",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Why an attempt failed. A lost lease is not among them: only the reaper sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClass {
    /// The store or the network: it may work later.
    Transient,
    /// Not enough memory; not charged. It may work elsewhere, or in the pool named.
    Resource {
        /// Another pool to send the job to.
        pool: Option<Pool>,
    },
    /// The input is bad: no attempt will ever work.
    Permanent,
}

/// What became of a job after an attempt has ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// It can be claimed again, or waits with its paused episode.
    Requeued,
    /// It comes back after a while.
    Delayed,
    /// It is dead.
    Dead,
    /// Its episode was cancelled, and so is it.
    Cancelled,
    /// The lease was over or another's; nothing has changed.
    Stale,
}

impl Aftermath {
    pub(crate) const ALL: [Self; 5] =
        [Self::Requeued, Self::Delayed, Self::Dead, Self::Cancelled, Self::Stale];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Requeued => "requeued",
            Self::Delayed => "delayed",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
            Self::Stale => "stale",
        }
    }
}

/// What a reaper's round has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reaped {
    /// Leases that had expired.
    pub lost: u32,
    /// Jobs whose wait was over.
    pub woken: u32,
    /// Workers taken off the list because they went silent.
    pub ghosts: u32,
    /// Whether there is more to do at once.
    pub more: bool,
}
