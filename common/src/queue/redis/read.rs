//! Answers that tell people something.

use redis::streams::StreamRangeReply;
use redis::{FromRedisValue, Value};

use super::reply::{Reply, not_understood};
use crate::ids::{EpisodeId, JobKey};
use crate::queue::episode::{EpisodeState, EpisodeStatus, JobState, StateCounts};
use crate::queue::error::Result;
use crate::queue::order::Priority;
use crate::queue::registry::{WorkerState, WorkerStatus};
use crate::queue::report::{DeadJob, Event, EventKind, Explanation, JobStatus, PoolCounts, QueueCounts};

/// The place of a choice, counted from 1, as the functions write it.
pub(super) fn number_of<T: PartialEq + Copy>(choices: &[T], choice: T) -> usize {
    choices.iter().take_while(|&&each| each != choice).count() + 1
}

pub(super) fn episode_status(id: EpisodeId, reply: &mut Reply) -> Result<EpisodeStatus> {
    let state = reply.choice(&EpisodeState::ALL)?;
    let (show, user) = (reply.parsed()?, reply.parsed()?);
    let priority = reply.choice(&Priority::ALL)?;
    let (jobs, loaded, created_ms) = (reply.number()?, reply.number()?, reply.number()?);
    let mut counts = StateCounts::default();
    for count in &mut counts.0 {
        *count = reply.number()?;
    }
    Ok(EpisodeStatus { id, show, user, priority, state, jobs, loaded, counts, created_ms })
}

pub(super) fn worker_status(reply: &mut Reply) -> Result<WorkerStatus> {
    let mut reply = reply.inner()?;
    Ok(WorkerStatus {
        id: reply.parsed()?,
        state: reply.choice(&WorkerState::ALL)?,
        info: reply.text()?,
        beat_ms: reply.number()?,
        blame: reply.number()?,
        blocked_until_ms: reply.number()?,
        pools: reply.inner()?.rest(Reply::parsed)?,
        running: reply.inner()?.rest(Reply::parsed)?,
    })
}

pub(super) fn job_status(key: JobKey, reply: &mut Reply) -> Result<JobStatus> {
    Ok(JobStatus {
        key,
        state: reply.choice(&JobState::ALL)?,
        pool: reply.parsed()?,
        attempt: reply.number()?,
        progress: reply.number()?,
        since_ms: reply.number()?,
        note: reply.text()?,
    })
}

pub(super) fn explanation(reply: &mut Reply) -> Result<Explanation> {
    let (state, episode) = (reply.choice(&JobState::ALL)?, reply.choice(&EpisodeState::ALL)?);
    let paused = reply.number::<u8>()? == 1;
    let (needs, wait_ms) = (reply.number()?, reply.number()?);
    let (worker, attempt, progress, reason) =
        (reply.text()?, reply.number()?, reply.number()?, reply.text()?);
    let (rank, workers, shunned) = (reply.number()?, reply.number()?, reply.number()?);
    Ok(match (state, episode) {
        (JobState::Blocked, _) => Explanation::Blocked { needs },
        (JobState::Parked, EpisodeState::Loading) => Explanation::Loading,
        (JobState::Parked, _) => Explanation::Paused,
        (JobState::Ready, EpisodeState::Open) if !paused => Explanation::Ready { rank, workers, shunned },
        (JobState::Ready, _) => Explanation::Paused,
        (JobState::Running, _) => {
            let worker = worker.parse().map_err(|_| reply.unknown(&worker))?;
            Explanation::Running { worker, attempt, lease_ms: wait_ms, progress }
        }
        (JobState::Delayed, _) => Explanation::Delayed { wait_ms, reason },
        (JobState::Done, _) => Explanation::Done,
        (JobState::Dead, _) => Explanation::Dead { reason },
        (JobState::Cancelled, _) => Explanation::Cancelled,
    })
}

pub(super) fn counts(mut reply: Reply) -> Result<QueueCounts> {
    let (jobs, dead, stale) = (reply.number()?, reply.number()?, reply.number()?);
    let paused = reply.number::<u8>()? == 1;
    let pools = reply.rest(|reply| {
        let mut reply = reply.inner()?;
        Ok(PoolCounts {
            pool: reply.parsed()?,
            ready: reply.number()?,
            running: reply.number()?,
            delayed: reply.number()?,
            workers: reply.number()?,
            head_age_ms: reply.number()?,
        })
    })?;
    Ok(QueueCounts { pools, jobs, dead, stale, paused })
}

pub(super) fn dead_job(reply: &mut Reply) -> Result<DeadJob> {
    let mut reply = reply.inner()?;
    Ok(DeadJob { key: reply.parsed()?, at_ms: reply.number()?, reason: reply.text()? })
}

/// Entries of the log. Kinds of a later version are left out.
pub(super) fn events(value: Value) -> Result<Vec<Event>> {
    let reply =
        StreamRangeReply::from_redis_value(value).map_err(|error| not_understood("events", &error))?;
    let event = |entry: redis::streams::StreamId| {
        let name: String = entry.get("k")?;
        let kind = EventKind::ALL.into_iter().find(|kind| kind.name() == name)?;
        Some(Event { kind, subject: entry.get("s")?, note: entry.get("n")?, id: entry.id })
    };
    Ok(reply.ids.into_iter().filter_map(event).collect())
}
