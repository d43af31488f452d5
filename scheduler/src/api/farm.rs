//! The farm itself: workers, queue, dead jobs, events.

use common::farm::WorkerInfo;
use common::ids::{JobKey, Pool, WorkerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkerView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: WorkerId,
    /// `active` or `draining`.
    pub state: String,
    /// Pools of the queue that it serves.
    #[schema(value_type = Vec<String>)]
    pub pools: Vec<Pool>,
    /// What it says of itself: `version`, `host`, `pid`, `device`, `memory_bytes`, `rss_bytes`, `models`,
    /// `concurrency`, `format` (the latest that it reads), `tags`.
    #[schema(value_type = Object)]
    pub info: WorkerInfo,
    /// When it was last heard, in milliseconds since 1970.
    pub beat_ms: u64,
    /// Jobs it failed in a row that others finished.
    pub blame: u32,
    /// Until when it gets no jobs for that, in milliseconds since 1970; 0 if it does.
    pub blocked_until_ms: u64,
    /// Jobs it holds.
    #[schema(value_type = Vec<String>)]
    pub running: Vec<JobKey>,
}

/// The workers of the farm.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WorkerList {
    /// The workers.
    pub workers: Vec<WorkerView>,
}

/// A pool of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolView {
    /// The pool.
    #[schema(value_type = String)]
    pub pool: Pool,
    /// Jobs that can be claimed.
    pub ready: u32,
    /// Jobs being painted.
    pub running: u32,
    /// Jobs that wait for another attempt.
    pub delayed: u32,
    /// Workers that get jobs.
    pub workers: u32,
    /// Milliseconds since the job that goes next became ready.
    pub head_age_ms: u64,
}

/// What the queue holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueView {
    /// The epoch; none while the queue is rebuilt.
    pub epoch: Option<u64>,
    /// Whether nothing may be claimed.
    pub paused: bool,
    /// Jobs in every state.
    pub jobs: u64,
    /// Dead jobs.
    pub dead: u64,
    /// Completions that came too late, since the epoch began.
    pub stale: u64,
    /// Each pool that has jobs or workers.
    pub pools: Vec<PoolView>,
}

/// A dead job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadView {
    /// The job.
    #[schema(value_type = String)]
    pub key: JobKey,
    /// When it died, in milliseconds since 1970.
    pub at_ms: u64,
    /// Why.
    pub reason: String,
}

/// Dead jobs, the latest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeadList {
    /// The jobs.
    pub dead: Vec<DeadView>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    /// Its place in the log.
    pub id: String,
    /// What happened, such as `job-lost`.
    #[schema(value_type = String)]
    pub kind: common::queue::EventKind,
    /// To whom: an episode, a job or a worker.
    pub subject: String,
    /// Why, or by whom; may be empty.
    pub note: String,
}

/// Events, the oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventList {
    /// The events.
    pub events: Vec<EventView>,
}
