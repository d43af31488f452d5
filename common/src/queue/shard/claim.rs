//! Giving jobs to workers.

use std::ops::Bound;

use super::{Place, Shard, pool_range};
use crate::ids::{JobKey, Pool, WorkerId};
use crate::queue::episode::{EpisodeState, JobState};
use crate::queue::error::{QueueError, Result};
use crate::queue::lease::{Claim, ClaimRequest, Grant, Token};
use crate::queue::order::ReadyEntry;
use crate::queue::registry::WorkerState;

/// Ready jobs looked at together; among them warm references decide.
const PAGE: usize = 8;
/// Pages looked at when a worker may have none of the first jobs.
const PAGES: usize = 16;

/// What tells claims apart when a reply is lost: the same nonce again asks for the same lease.
#[derive(Clone, Copy, Debug)]
pub(in crate::queue) struct Asked<'a> {
    pub nonce: &'a str,
    /// Whether this claim may have been made already.
    pub again: bool,
    pub now: u64,
}

impl Shard {
    /// Claims a job for a worker.
    pub fn claim(&mut self, request: &ClaimRequest, asked: Asked) -> Result<Claim> {
        let worker =
            self.workers.get(&request.worker).ok_or_else(|| QueueError::NoWorker(request.worker.clone()))?;
        let (draining, blocked) = (worker.state == WorkerState::Draining, asked.now < worker.blocked_until);
        if asked.again
            && let Some(key) = self.granted(asked.nonce)
        {
            return self.lease_of(&key);
        }
        if draining {
            return Ok(Claim::Draining);
        }
        if self.paused || blocked {
            return Ok(Claim::Nothing);
        }
        for lanes in request.pools.chunk_by(|a, b| a.order() == b.order()) {
            let found = lanes.iter().filter_map(|pool| self.pick(pool, request, asked.now));
            // Of equal tags the first.
            if let Some(entry) = found.min_by_key(|entry| entry.tag) {
                self.grant(&entry.key, &request.worker, asked);
                return self.lease_of(&entry.key);
            }
        }
        Ok(Claim::Nothing)
    }

    /// Gives a worker the job it names, if nobody has it and it may run.
    pub fn reattach(&mut self, worker: &WorkerId, key: &JobKey, asked: Asked) -> Result<Claim> {
        if !self.workers.contains_key(worker) {
            return Err(QueueError::NoWorker(worker.clone()));
        }
        let job = self.jobs.get(key).ok_or_else(|| QueueError::NoJob(key.clone()))?;
        if asked.again && self.granted(asked.nonce).as_ref() == Some(key) {
            return self.lease_of(key);
        }
        let episode = self.episodes.get(&key.episode).map(|episode| episode.state);
        let may = match job.state {
            JobState::Ready | JobState::Delayed | JobState::Parked => {
                matches!(episode, Some(EpisodeState::Open | EpisodeState::Paused))
            }
            _ => false,
        };
        if !may {
            return Ok(Claim::Nothing);
        }
        self.grant(key, worker, asked);
        if let Some(job) = self.jobs.get_mut(key) {
            job.begun = true;
        }
        self.lease_of(key)
    }

    /// Makes delayed jobs ready whose time has come; gives how many.
    pub(super) fn promote(&mut self, now: u64, limit: usize) -> u32 {
        let due: Vec<JobKey> = self
            .delayed
            .iter()
            .take_while(|(time, _)| *time <= now)
            .take(limit)
            .filter_map(|(_, m)| key_of(m))
            .collect();
        for key in &due {
            self.offer(key, now);
        }
        due.len() as u32
    }

    /// The first job of a pool that this worker may have.
    fn pick(&mut self, pool: &Pool, request: &ClaimRequest, now: u64) -> Option<ReadyEntry> {
        let (first, end) = pool_range(pool);
        let mut from = Bound::Included(first);
        for _ in 0..PAGES {
            let range = (from.clone(), Bound::Excluded(end.clone()));
            let texts: Vec<String> = self.ready.range(range).take(PAGE).cloned().collect();
            let page: Vec<ReadyEntry> = texts.iter().filter_map(|text| text.parse().ok()).collect();
            let bound = page.first()?.tag + self.policy.warm_bound;
            let warm = |entry: &&ReadyEntry| entry.tag <= bound && request.warm.contains(&entry.affinity);
            for entry in page.iter().filter(warm).chain(&page) {
                if self.may_have(&entry.key, &request.worker, now) {
                    return Some(entry.clone());
                }
            }
            if texts.len() < PAGE {
                return None;
            }
            from = Bound::Excluded(texts.last()?.clone());
        }
        None
    }

    /// Whether a worker may have a ready job. One that should not be ready is brought into line on the way.
    fn may_have(&mut self, key: &JobKey, worker: &WorkerId, now: u64) -> bool {
        let Some(job) = self.jobs.get(key).filter(|job| job.state == JobState::Ready) else { return false };
        let shunned = job.failed_on.contains(worker) && now < job.since + self.policy.patience_ms;
        if self.episodes.get(&key.episode).is_some_and(|episode| episode.state == EpisodeState::Open) {
            return !shunned;
        }
        self.offer(key, now);
        false
    }

    /// Puts a lease on a job.
    fn grant(&mut self, key: &JobKey, worker: &WorkerId, asked: Asked) {
        let Some(job) = self.jobs.get(key) else { return };
        if let Place::Entry(text) = &job.place
            && let Ok(entry) = text.parse::<ReadyEntry>()
        {
            let vtime = self.vtime.entry(entry.pool.order().to_owned()).or_default();
            *vtime = entry.tag.max(*vtime);
        }
        let token = format!("{}:{}", self.epoch.unwrap_or_default(), asked.nonce);
        let blamed = self.workers.get(worker).is_some_and(|worker| worker.blame > 0);
        self.enter(key, JobState::Running, asked.now + self.policy.lease_ms, asked.now);
        let Some(job) = self.jobs.get_mut(key) else { return };
        job.attempt += 1;
        job.grants += 1;
        job.worker = Some(worker.clone());
        job.token = Some(Token(token));
        (job.blamed, job.begun) = (blamed, false);
    }

    /// The running job that was granted under a nonce.
    fn granted(&self, nonce: &str) -> Option<JobKey> {
        let keys = self.leases.iter().filter_map(|(_, member)| key_of(member));
        keys.into_iter().find(|key| {
            let token = self.jobs.get(key).and_then(|job| job.token.as_ref());
            token.is_some_and(|token| token.0.rsplit(':').next() == Some(nonce))
        })
    }

    fn lease_of(&self, key: &JobKey) -> Result<Claim> {
        let job = self.jobs.get(key).ok_or_else(|| QueueError::NoJob(key.clone()))?;
        let Some(token) = job.token.clone() else { return Ok(Claim::Nothing) };
        Ok(Claim::Granted(Grant {
            key: key.clone(),
            token,
            attempt: job.attempt,
            checkpoints: job.checkpoints.clone(),
            payload: job.payload.clone(),
        }))
    }
}

/// The job of a member of an index by time.
pub(super) fn key_of(member: &str) -> Option<JobKey> {
    member.split_once('|')?.1.parse().ok()
}
