//! The queue: who paints which job, and what happens when something breaks.
//!
//! A job is a run of drawings that one worker paints in one lease. The queue is coordination only: the record is the
//! store, and a queue that has lost its memory is rebuilt from it (see [`JobQueue::reset`]).
//!
//! Every operation can be repeated: after a lost reply the same call gives the same answer and changes nothing twice.

mod chance;
mod clock;
mod episode;
mod error;
mod lease;
mod limits;
pub mod measure;
mod memory;
mod order;
mod policy;
mod redis;
mod registry;
mod report;
mod shard;
mod wake;

#[cfg(any(test, feature = "testsuite"))]
pub mod contract;

use std::fmt::Debug;

use async_trait::async_trait;

pub use self::clock::ManualClock;
pub use self::episode::{
    BATCH, EpisodeState, EpisodeStatus, JobState, MAX_COST_MS, MAX_DEPENDANTS, MAX_JOBS, MAX_PAYLOAD,
    NewEpisode, NewJob, StateCounts,
};
pub use self::error::{QueueError, Result};
pub use self::lease::{
    Aftermath, Checkpointed, Claim, ClaimRequest, Completion, FailureClass, Grant, Held, LeaseState, Reaped,
    Token,
};
pub use self::limits::{MAX_CHECKPOINT, MAX_HELD, MAX_INFO, MAX_LEAD_MS, MAX_POOLS, MAX_WARM};
pub use self::memory::MemoryQueue;
pub use self::order::{Affinity, Priority};
pub use self::policy::Policy;
pub use self::redis::{RedisQueue, RedisServer};
pub use self::registry::{NewWorker, WorkerState, WorkerStatus};
pub use self::report::{DeadJob, Event, EventKind, Explanation, JobStatus, PoolCounts, Pulse, QueueCounts};
pub use self::wake::Listener;
use crate::Digest;
use crate::ids::{EpisodeId, JobKey, Pool, WorkerId};

/// A queue of jobs. `docs/operations.md` describes its states and promises.
#[async_trait]
pub trait JobQueue: Send + Sync + Debug {
    // Epochs.

    /// Whether the queue is there, and is the one it was.
    async fn pulse(&self) -> Result<Pulse>;

    /// Takes the queue's current epoch for this process; [`QueueError::Epoch`] says when this is due.
    async fn join(&self) -> Result<u64>;

    /// Forgets everything and begins `epoch`, which must be above the current one. Then all episodes are submitted
    /// again from their manifests, with the commits that the store holds.
    async fn reset(&self, epoch: u64) -> Result<()>;

    // Submission.

    /// Submits an episode in batches and opens it. Submitting it again goes on where a broken submission stopped.
    async fn submit(&self, episode: NewEpisode, jobs: Vec<NewJob>) -> Result<EpisodeStatus>;

    /// Removes an episode that is finished.
    async fn forget(&self, episode: &EpisodeId) -> Result<()>;

    // Workers.

    /// Registers a worker, before its first claim and after [`QueueError::NoWorker`]; again to say something new of itself.
    async fn register(&self, worker: NewWorker) -> Result<()>;

    /// Asks a worker to finish what it has; it gets no more.
    async fn drain(&self, worker: &WorkerId) -> Result<()>;

    /// Takes a worker off the list. Leases it still has go back, uncharged.
    async fn deregister(&self, worker: &WorkerId) -> Result<()>;

    /// Lifts the block of a worker that failed what others finished.
    async fn forgive(&self, worker: &WorkerId) -> Result<()>;

    /// Every registered worker.
    async fn workers(&self) -> Result<Vec<WorkerStatus>>;

    // Leases.

    /// Claims a job.
    async fn claim(&self, request: &ClaimRequest) -> Result<Claim>;

    /// Claims one job by name, if nobody has it: for a worker that ran it when the queue lost its memory.
    async fn reattach(&self, worker: &WorkerId, key: &JobKey) -> Result<Claim>;

    /// Tells that a worker lives and keeps its leases; gives the state of each, in order.
    async fn heartbeat(&self, worker: &WorkerId, held: &[Held]) -> Result<Vec<LeaseState>>;

    /// Says that the attempt has begun to paint. A worker may claim a job ahead while it paints another: if its lease is
    /// lost before this, the job is not what killed the worker, and nothing is charged. To be told before anything is
    /// done with the job; a checkpoint and [`JobQueue::reattach`] tell it, too.
    async fn begin(&self, held: &Held) -> Result<Checkpointed>;

    /// Records that a part of the job is finished, such as a drawing. `position` counts from 0 without gaps. Progress
    /// clears a job of the leases that were lost with it so far.
    async fn checkpoint(&self, held: &Held, position: u32, content: &str) -> Result<Checkpointed>;

    /// Ends an attempt with a commit.
    async fn complete(&self, held: &Held, commit: &Digest) -> Result<Completion>;

    /// Ends an attempt with a commit and claims the next job, in one call: what a worker does all day. After an error of
    /// the claim, such as [`QueueError::NoWorker`], the completion may have been carried out; repeated, it tells so.
    async fn complete_and_claim(
        &self,
        held: &Held,
        commit: &Digest,
        request: &ClaimRequest,
    ) -> Result<(Completion, Claim)>;

    /// Gives a job back unfinished, uncharged; its checkpoints stay.
    async fn release(&self, held: &Held) -> Result<Aftermath>;

    /// Ends an attempt with a failure.
    async fn fail(&self, held: &Held, class: FailureClass, reason: &str) -> Result<Aftermath>;

    /// Listens for jobs of these pools; to be called *before* a claim that may find nothing.
    fn listen(&self, pools: &[Pool]) -> Listener;

    // The scheduler's rounds.

    /// Asks to lead the scheduler's rounds for so long from now, at most [`MAX_LEAD_MS`]; 0 gives it up. Whether `who`, a
    /// name like a worker's, leads now: since nobody did, or it did itself. Advice only: every round may be run by
    /// several. Also works while the queue has no epoch, so that one rebuilds it; a reset leaves nobody in the lead.
    async fn lead(&self, who: &str, for_ms: u64) -> Result<bool>;

    /// Requeues at most a hundred jobs whose leases have expired, and as many whose wait is over.
    async fn reap(&self) -> Result<Reaped>;

    /// Extends every lease by its full length: after a stall in which no heartbeat could arrive.
    async fn extend_leases(&self) -> Result<u32>;

    /// Marks a job done by a commit found in the store, whoever has the job now.
    async fn record_commit(&self, key: &JobKey, commit: &Digest) -> Result<Completion>;

    /// Recomputes counters and indexes of an episode and carries on interrupted sweeps; gives the number of findings.
    async fn audit(&self, episode: &EpisodeId) -> Result<u32>;

    // Control.

    /// Pauses an episode: nothing more of it is claimed, what runs goes on.
    async fn pause(&self, episode: &EpisodeId) -> Result<()>;

    /// Resumes a paused episode.
    async fn resume(&self, episode: &EpisodeId) -> Result<()>;

    /// Cancels an episode: what runs is told to stop at its next heartbeat.
    async fn cancel(&self, episode: &EpisodeId) -> Result<()>;

    /// Changes the share of an episode, also of the jobs that are ready.
    async fn set_priority(&self, episode: &EpisodeId, priority: Priority) -> Result<()>;

    /// Lets nobody claim anything, or everybody again.
    async fn pause_all(&self, paused: bool) -> Result<()>;

    /// Sends a dead job back, as if it were new; its checkpoints stay.
    async fn requeue(&self, key: &JobKey) -> Result<()>;

    /// Sends all dead jobs of an episode back; gives how many.
    async fn requeue_dead(&self, episode: &EpisodeId) -> Result<u32>;

    // Reading.

    /// Why a job is where it is.
    async fn explain(&self, key: &JobKey) -> Result<Explanation>;

    /// A job as it is stored.
    async fn job(&self, key: &JobKey) -> Result<JobStatus>;

    /// The jobs of an episode from one on, in order: at most `limit`, and at most [`BATCH`].
    async fn jobs(&self, episode: &EpisodeId, from: u32, limit: u32) -> Result<Vec<JobStatus>>;

    /// How far an episode is.
    async fn episode(&self, episode: &EpisodeId) -> Result<EpisodeStatus>;

    /// Every episode in the queue.
    async fn episodes(&self) -> Result<Vec<EpisodeStatus>>;

    /// What the whole queue holds.
    async fn counts(&self) -> Result<QueueCounts>;

    /// Dead jobs, the latest first.
    async fn dead(&self, limit: u32) -> Result<Vec<DeadJob>>;

    /// At most `limit` events after the one with id `after`; the oldest kept if it is none.
    async fn events(&self, after: Option<&str>, limit: u32) -> Result<Vec<Event>>;
}
