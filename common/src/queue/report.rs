//! What the queue tells people: explanations, counts, dead jobs, events.

use serde::{Deserialize, Serialize};

use super::episode::JobState;
use crate::ids::{JobKey, Pool, WorkerId};

/// The pulse of the queue: shows whether it is the same, with the same memory, as before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// The epoch; none if the queue is empty and must be rebuilt.
    pub epoch: Option<u64>,
    /// A number that every call raises: one that falls means that writes were lost.
    pub canary: u64,
    /// Who keeps the queue; changes when another server takes over.
    pub server: String,
}

/// Why a job is where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Explanation {
    /// It waits for jobs that are not done.
    Blocked {
        /// How many.
        needs: u32,
    },
    /// Its episode is not wholly submitted.
    Loading,
    /// Its episode, or the whole queue, is paused.
    Paused,
    /// It can be claimed.
    Ready {
        /// Jobs of its pool that go first.
        rank: u32,
        /// Workers that serve its pool and get jobs.
        workers: u32,
        /// Workers among them that wait because they failed it, until it has waited long enough.
        shunned: u32,
    },
    /// It is being painted.
    Running {
        /// By whom.
        worker: WorkerId,
        /// Which attempt this is.
        attempt: u32,
        /// Milliseconds until its lease expires; 0 if it has.
        lease_ms: u64,
        /// Checkpoints recorded so far.
        progress: u32,
    },
    /// It has failed and waits for its next attempt.
    Delayed {
        /// Milliseconds until then; 0 if it is due.
        wait_ms: u64,
        /// Why it failed.
        reason: String,
    },
    /// Its result is committed.
    Done,
    /// It has failed for good.
    Dead {
        /// Why.
        reason: String,
    },
    /// Its episode was cancelled.
    Cancelled,
}

/// What a pool has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PoolCounts {
    /// The pool.
    pub pool: Pool,
    /// Jobs that can be claimed.
    pub ready: u32,
    /// Jobs with a lease.
    pub running: u32,
    /// Jobs that wait for another attempt.
    pub delayed: u32,
    /// Workers that get jobs.
    pub workers: u32,
    /// Milliseconds since the job that goes next became ready.
    pub head_age_ms: u64,
}

/// What the whole queue holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QueueCounts {
    /// Each pool that has jobs or workers.
    pub pools: Vec<PoolCounts>,
    /// Jobs in every state.
    pub jobs: u64,
    /// Dead jobs on the list.
    pub dead: u64,
    /// Completions that came too late, since the epoch began.
    pub stale: u64,
    /// Whether nothing may be claimed.
    pub paused: bool,
}

/// A dead job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadJob {
    /// The job.
    pub key: JobKey,
    /// When it died, in milliseconds since 1970 by the queue's clock.
    pub at_ms: u64,
    /// Why.
    pub reason: String,
}

/// A job as it is stored, for people who look closely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobStatus {
    /// The job.
    pub key: JobKey,
    /// Where it is.
    pub state: JobState,
    /// Its pool.
    pub pool: Pool,
    /// Attempts charged.
    pub attempt: u32,
    /// Checkpoints recorded.
    pub progress: u32,
    /// Since when it is in this state, in milliseconds since 1970 by the queue's clock.
    pub since_ms: u64,
    /// Why it failed last, or the digest of its commit.
    pub note: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// All jobs of an episode are in; they can be claimed.
    EpisodeOpened,
    /// An episode was paused.
    EpisodePaused,
    /// An episode was resumed.
    EpisodeResumed,
    /// An episode was cancelled.
    EpisodeCancelled,
    /// An episode's share of the farm has changed.
    EpisodePriority,
    /// Every job of an episode has come to its end.
    EpisodeFinished,
    /// A job has failed and comes back.
    JobDelayed,
    /// The lease of a job expired.
    JobLost,
    /// A job is dead.
    JobDead,
    /// A person has sent a dead job back.
    JobRequeued,
    /// A worker has registered.
    WorkerJoined,
    /// A worker gets no more jobs and finishes what it has.
    WorkerDraining,
    /// A worker has left, or is taken for dead.
    WorkerLeft,
    /// A worker gets no jobs for a while since it fails what others finish.
    WorkerBlocked,
}

impl EventKind {
    pub(crate) const ALL: [Self; 14] = [
        Self::EpisodeOpened,
        Self::EpisodePaused,
        Self::EpisodeResumed,
        Self::EpisodeCancelled,
        Self::EpisodePriority,
        Self::EpisodeFinished,
        Self::JobDelayed,
        Self::JobLost,
        Self::JobDead,
        Self::JobRequeued,
        Self::WorkerJoined,
        Self::WorkerDraining,
        Self::WorkerLeft,
        Self::WorkerBlocked,
    ];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EpisodeOpened => "episode-opened",
            Self::EpisodePaused => "episode-paused",
            Self::EpisodeResumed => "episode-resumed",
            Self::EpisodeCancelled => "episode-cancelled",
            Self::EpisodePriority => "episode-priority",
            Self::EpisodeFinished => "episode-finished",
            Self::JobDelayed => "job-delayed",
            Self::JobLost => "job-lost",
            Self::JobDead => "job-dead",
            Self::JobRequeued => "job-requeued",
            Self::WorkerJoined => "worker-joined",
            Self::WorkerDraining => "worker-draining",
            Self::WorkerLeft => "worker-left",
            Self::WorkerBlocked => "worker-blocked",
        }
    }
}

/// An entry of the queue's log, which keeps about the last ten thousand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its place in the log: pass it on to read what follows.
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// To whom: an episode, a job or a worker.
    pub subject: String,
    /// Why, or by whom; may be empty.
    pub note: String,
}

/// Events kept.
pub(crate) const EVENTS_KEPT: usize = 10_000;
/// Dead jobs kept on the list; older ones are still found through their episodes.
pub(crate) const DEAD_KEPT: usize = 10_000;
