//! The farm itself: workers, queue, dead jobs, events.

use common::ids::WorkerId;
use common::queue::{DeadJob, Event, PoolCounts, WorkerStatus};

use super::Service;
use super::error::{Result, ServiceError};
use crate::api::{DeadList, DeadView, EventList, EventView, PoolView, QueueView, WorkerList, WorkerView};

impl Service {
    /// Every worker.
    ///
    /// # Errors
    /// When the queue fails.
    pub async fn workers(&self) -> Result<WorkerList> {
        Ok(WorkerList { workers: self.queue.workers().await?.into_iter().map(worker).collect() })
    }

    /// Lets a worker finish what it has.
    ///
    /// # Errors
    /// When there is no such worker, or the queue fails.
    pub async fn drain_worker(&self, id: &WorkerId) -> Result<()> {
        Ok(self.queue.drain(id).await?)
    }

    /// Gives jobs again to a worker that failed what others finished.
    ///
    /// # Errors
    /// When there is no such worker, or the queue fails.
    pub async fn forgive_worker(&self, id: &WorkerId) -> Result<()> {
        Ok(self.queue.forgive(id).await?)
    }

    /// What the queue holds.
    ///
    /// # Errors
    /// When the queue fails.
    pub async fn queue(&self) -> Result<QueueView> {
        let (pulse, counts) = (self.queue.pulse().await?, self.queue.counts().await?);
        Ok(QueueView {
            epoch: pulse.epoch,
            paused: counts.paused,
            jobs: counts.jobs,
            dead: counts.dead,
            stale: counts.stale,
            pools: counts.pools.into_iter().map(pool).collect(),
        })
    }

    /// Lets nobody claim anything, or everybody again.
    ///
    /// # Errors
    /// When the queue fails.
    pub async fn pause_queue(&self, paused: bool) -> Result<QueueView> {
        self.queue.pause_all(paused).await?;
        self.queue().await
    }

    /// Dead jobs, the latest first.
    ///
    /// # Errors
    /// When the queue fails.
    pub async fn dead(&self, limit: u32) -> Result<DeadList> {
        let view = |DeadJob { key, at_ms, reason }| DeadView { key, at_ms, reason };
        Ok(DeadList { dead: self.queue.dead(limit).await?.into_iter().map(view).collect() })
    }

    /// What happened after the event with the id `after`; from the oldest that is kept without it.
    ///
    /// # Errors
    /// When `after` is no id of an event, or the queue fails.
    pub async fn events(&self, after: Option<&str>, limit: u32) -> Result<EventList> {
        if !after.is_none_or(is_event) {
            return Err(ServiceError::invalid("after: expected the id of an event, as the list has them"));
        }
        let view = |Event { id, kind, subject, note }| EventView { id, kind, subject, note };
        Ok(EventList { events: self.queue.events(after, limit).await?.into_iter().map(view).collect() })
    }
}

/// Whether an event can have this id: a number, or two with a hyphen between, as Redis has it. Nothing comes after the
/// largest numbers, and Redis refuses to look there.
fn is_event(id: &str) -> bool {
    let number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse().is_ok_and(|n: u64| n < u64::MAX)
    };
    id.splitn(2, '-').all(number)
}

fn worker(status: WorkerStatus) -> WorkerView {
    WorkerView {
        state: status.state.name().to_owned(),
        // A worker of another version may say something else; it is shown all the same.
        info: serde_json::from_str(&status.info).unwrap_or_default(),
        id: status.id,
        pools: status.pools,
        beat_ms: status.beat_ms,
        blame: status.blame,
        blocked_until_ms: status.blocked_until_ms,
        running: status.running,
    }
}

fn pool(counts: PoolCounts) -> PoolView {
    let PoolCounts { pool, ready, running, delayed, workers, head_age_ms } = counts;
    PoolView { pool, ready, running, delayed, workers, head_age_ms }
}
