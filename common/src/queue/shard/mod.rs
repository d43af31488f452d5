//! The queue's state machine, without I/O, clock or chance: the memory backend runs it, and the functions on Redis are
//! checked against it, operation by operation.

mod attempt;
mod audit;
mod claim;
mod control;
#[cfg(any(test, feature = "testsuite"))]
mod dump;
mod episodes;
#[cfg(test)]
mod properties;
mod read;
mod reap;
mod state;
mod workers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(super) use self::claim::Asked;

use super::episode::{EpisodeState, JobState, StateCounts};
use super::lease::Token;
use super::order::{Affinity, Priority};
use super::policy::Policy;
use super::registry::WorkerState;
use super::report::{EVENTS_KEPT, Event, EventKind};
use crate::ids::{EpisodeId, JobKey, Pool, Show, User, WorkerId};

/// A job's record.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub state: JobState,
    /// When it entered its state; when it became ready, if it is.
    pub since: u64,
    pub pool: Pool,
    pub cost_ms: u32,
    pub affinity: Affinity,
    pub needs: u32,
    pub children: Vec<u32>,
    pub attempt: u32,
    /// Leases ever given, charged or not.
    pub grants: u32,
    pub lost: u32,
    pub resource: u32,
    /// Workers whose attempts failed.
    pub failed_on: Vec<WorkerId>,
    pub checkpoints: Vec<String>,
    /// The priority of its tag.
    pub priority: Priority,
    /// Its place in an index: the entry if ready, the deadline if running, the due time if delayed.
    pub place: Place,
    pub worker: Option<WorkerId>,
    pub token: Option<Token>,
    /// Whether the worker that has it, or had it last, was blamed when it got it.
    pub blamed: bool,
    /// Whether the attempt that runs, or ran last, has begun to paint.
    pub begun: bool,
    /// Why it failed last, or the digest of its commit.
    pub note: String,
    pub payload: String,
}

/// Where the index of its state has a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    None,
    Entry(String),
    Time(u64),
}

/// An episode's record.
#[derive(Clone, Debug)]
pub(super) struct Episode {
    pub state: EpisodeState,
    pub show: Show,
    pub user: User,
    pub priority: Priority,
    pub jobs: u32,
    pub loaded: u32,
    pub counts: StateCounts,
    pub created: u64,
}

/// A worker's record.
#[derive(Clone, Debug)]
pub(super) struct Worker {
    pub state: WorkerState,
    pub nonce: String,
    pub pools: Vec<Pool>,
    pub info: String,
    pub blame: u32,
    pub blocked_until: u64,
    pub beat: u64,
}

/// A flow's last tag, and how many of its jobs are ready; it is forgotten with the last of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FlowTag {
    pub last: u64,
    pub ready: u32,
}

/// Everything the queue knows.
#[derive(Debug, Default)]
pub(super) struct Shard {
    pub policy: Policy,
    pub epoch: Option<u64>,
    pub canary: u64,
    pub stale: u64,
    pub paused: bool,
    /// Who leads the scheduler's rounds, and until when.
    pub leader: Option<(String, u64)>,
    /// Every pool that a job was ever in.
    pub pools: BTreeSet<Pool>,
    /// The virtual time of each order of pools.
    pub vtime: BTreeMap<String, u64>,
    pub flows: BTreeMap<String, FlowTag>,
    pub episodes: BTreeMap<EpisodeId, Episode>,
    pub jobs: BTreeMap<JobKey, Job>,
    pub ready: BTreeSet<String>,
    /// By deadline.
    pub leases: BTreeSet<(u64, String)>,
    /// By the time they are due.
    pub delayed: BTreeSet<(u64, String)>,
    /// By the time they died.
    pub dead: BTreeSet<(u64, String)>,
    pub workers: BTreeMap<WorkerId, Worker>,
    pub events: VecDeque<Event>,
    pub event_count: u64,
    /// Pools that got ready jobs since somebody last looked.
    pub rung: BTreeSet<Pool>,
}

impl Shard {
    pub fn new(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Forgets everything but the log, and begins an epoch. Whether it did: an epoch must be above the last.
    pub fn reset(&mut self, epoch: u64) -> bool {
        if self.epoch.is_some_and(|current| epoch <= current) {
            return false;
        }
        let events = std::mem::take(&mut self.events);
        let (policy, event_count) = (self.policy.clone(), self.event_count);
        let canary = self.canary;
        *self = Self { policy, epoch: Some(epoch), canary, events, event_count, ..Self::default() };
        true
    }

    fn log(&mut self, kind: EventKind, subject: &dyn std::fmt::Display, note: &str) {
        self.event_count += 1;
        let id = self.event_count.to_string();
        self.events.push_back(Event { id, kind, subject: subject.to_string(), note: note.to_owned() });
        if self.events.len() > EVENTS_KEPT {
            self.events.pop_front();
        }
    }
}

/// The range of entries of a pool in [`Shard::ready`]: from the first text to before the second.
pub(super) fn pool_range(pool: &Pool) -> (String, String) {
    (format!("{pool}|"), format!("{pool}}}"))
}

/// A job in the indexes by time: its pool comes first, so that a pool's jobs can be counted without their records.
pub(super) fn member(pool: &Pool, key: &JobKey) -> String {
    format!("{pool}|{key}")
}
