//! What people and the scheduler ask.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::key_of;
use super::{Episode, Job, Place, Shard, Worker, pool_range};
use crate::ids::{EpisodeId, JobKey, Pool};
use crate::queue::episode::{BATCH, EpisodeState, EpisodeStatus, JobState};
use crate::queue::error::{QueueError, Result};
use crate::queue::registry::{WorkerState, WorkerStatus};
use crate::queue::report::{DeadJob, Event, Explanation, JobStatus, PoolCounts, QueueCounts};

impl Shard {
    /// How far an episode is, if it is there.
    pub(super) fn status_of(&self, id: &EpisodeId) -> Option<EpisodeStatus> {
        self.episodes.get(id).map(|episode| status(id, episode))
    }

    /// How far an episode is.
    pub fn status(&self, id: &EpisodeId) -> Result<EpisodeStatus> {
        self.status_of(id).ok_or_else(|| QueueError::NoEpisode(id.clone()))
    }

    pub fn statuses(&self) -> Vec<EpisodeStatus> {
        self.episodes.iter().map(|(id, episode)| status(id, episode)).collect()
    }

    pub fn worker_statuses(&self) -> Vec<WorkerStatus> {
        let status = |(id, worker): (&crate::ids::WorkerId, &Worker)| WorkerStatus {
            id: id.clone(),
            state: worker.state,
            pools: worker.pools.clone(),
            info: worker.info.clone(),
            beat_ms: worker.beat,
            blame: worker.blame,
            blocked_until_ms: worker.blocked_until,
            running: self.running(id),
        };
        self.workers.iter().map(status).collect()
    }

    pub fn job(&self, key: &JobKey) -> Result<JobStatus> {
        Ok(job_status(key.clone(), self.find(key)?))
    }

    /// A part of an episode's jobs, in order.
    pub fn jobs(&self, id: &EpisodeId, from: u32, limit: u32) -> Result<Vec<JobStatus>> {
        let loaded = self.status(id)?.loaded;
        let past = loaded.min(from.saturating_add(limit.min(BATCH as u32)));
        let keys = (from..past).map(|index| JobKey { episode: id.clone(), index });
        Ok(keys.filter_map(|key| self.jobs.get(&key).map(|job| job_status(key, job))).collect())
    }

    pub fn explain(&self, key: &JobKey, now: u64) -> Result<Explanation> {
        let job = self.find(key)?;
        let episode = self.status(&key.episode)?.state;
        let wait = match job.place {
            Place::Time(time) => time.saturating_sub(now),
            _ => 0,
        };
        Ok(match (job.state, episode) {
            (JobState::Blocked, _) => Explanation::Blocked { needs: job.needs },
            (JobState::Parked, EpisodeState::Loading) => Explanation::Loading,
            (JobState::Parked, _) => Explanation::Paused,
            (JobState::Ready, EpisodeState::Open) if !self.paused => self.explain_ready(job, now),
            (JobState::Ready, _) => Explanation::Paused,
            (JobState::Running, _) => Explanation::Running {
                worker: job.worker.clone().ok_or_else(|| QueueError::NoJob(key.clone()))?,
                attempt: job.attempt,
                lease_ms: wait,
                progress: job.checkpoints.len() as u32,
            },
            (JobState::Delayed, _) => Explanation::Delayed { wait_ms: wait, reason: job.note.clone() },
            (JobState::Done, _) => Explanation::Done,
            (JobState::Dead, _) => Explanation::Dead { reason: job.note.clone() },
            (JobState::Cancelled, _) => Explanation::Cancelled,
        })
    }

    fn explain_ready(&self, job: &Job, now: u64) -> Explanation {
        let rank = match &job.place {
            Place::Entry(entry) => self.rank(&job.pool, &entry[job.pool.as_str().len()..]),
            _ => 0,
        };
        let serving: Vec<_> = self
            .workers
            .iter()
            .filter(|(_, worker)| gets_jobs(worker, now) && worker.pools.contains(&job.pool))
            .collect();
        let patient = now < job.since + self.policy.patience_ms;
        let shunned = serving.iter().filter(|(id, _)| patient && job.failed_on.contains(id)).count();
        Explanation::Ready { rank, workers: serving.len() as u32, shunned: shunned as u32 }
    }

    /// How many ready jobs go before the rest of an entry, in all lanes of the order of its pool.
    fn rank(&self, pool: &Pool, rest: &str) -> u32 {
        let lanes = self.pools.iter().filter(|lane| lane.order() == pool.order());
        lanes.map(|lane| self.ready.range(pool_range(lane).0..format!("{lane}{rest}")).count() as u32).sum()
    }

    pub fn counts(&self, now: u64) -> QueueCounts {
        let mut names: BTreeSet<&Pool> = self.pools.iter().collect();
        names.extend(self.workers.values().flat_map(|worker| &worker.pools));
        let (running, delayed) = (by_pool(&self.leases), by_pool(&self.delayed));
        let pool = |pool: &Pool| {
            let (first, end) = pool_range(pool);
            let range = || self.ready.range(first.clone()..end.clone());
            let head = range().next().and_then(|entry| entry.parse::<crate::queue::order::ReadyEntry>().ok());
            let since = head.and_then(|entry| self.jobs.get(&entry.key)).map_or(now, |job| job.since);
            let serves = |worker: &&Worker| gets_jobs(worker, now) && worker.pools.contains(pool);
            PoolCounts {
                pool: pool.clone(),
                ready: range().count() as u32,
                running: running.get(pool.as_str()).copied().unwrap_or(0),
                delayed: delayed.get(pool.as_str()).copied().unwrap_or(0),
                workers: self.workers.values().filter(serves).count() as u32,
                head_age_ms: now.saturating_sub(since),
            }
        };
        QueueCounts {
            pools: names.into_iter().map(pool).collect(),
            jobs: self.jobs.len() as u64,
            dead: self.dead.len() as u64,
            stale: self.stale,
            paused: self.paused,
        }
    }

    /// Dead jobs, the latest first.
    pub fn dead(&self, limit: u32) -> Vec<DeadJob> {
        let job = |(at, member): &(u64, String)| {
            let key = key_of(member)?;
            let reason = self.jobs.get(&key)?.note.clone();
            Some(DeadJob { key, at_ms: *at, reason })
        };
        self.dead.iter().rev().take(limit as usize).filter_map(job).collect()
    }

    /// Events after one.
    pub fn events(&self, after: Option<&str>, limit: u32) -> Vec<Event> {
        let after = after.and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
        let later = |event: &&Event| event.id.parse::<u64>().is_ok_and(|id| id > after);
        self.events.iter().filter(later).take(limit as usize).cloned().collect()
    }

    fn find(&self, key: &JobKey) -> Result<&Job> {
        self.jobs.get(key).ok_or_else(|| QueueError::NoJob(key.clone()))
    }
}

fn job_status(key: JobKey, job: &Job) -> JobStatus {
    JobStatus {
        key,
        state: job.state,
        pool: job.pool.clone(),
        attempt: job.attempt,
        progress: job.checkpoints.len() as u32,
        since_ms: job.since,
        note: job.note.clone(),
    }
}

fn status(id: &EpisodeId, episode: &Episode) -> EpisodeStatus {
    EpisodeStatus {
        id: id.clone(),
        show: episode.show.clone(),
        user: episode.user.clone(),
        priority: episode.priority,
        state: episode.state,
        jobs: episode.jobs,
        loaded: episode.loaded,
        counts: episode.counts,
        created_ms: episode.created,
    }
}

fn gets_jobs(worker: &Worker, now: u64) -> bool {
    worker.state == WorkerState::Active && now >= worker.blocked_until
}

/// Members of an index by time, counted by pool.
fn by_pool(index: &BTreeSet<(u64, String)>) -> BTreeMap<&str, u32> {
    let mut counts = BTreeMap::new();
    for (_, member) in index {
        *counts.entry(member.split('|').next().unwrap_or_default()).or_default() += 1;
    }
    counts
}
