//! How attempts go on and end.

use super::Shard;
use crate::Digest;
use crate::ids::{JobKey, WorkerId};
use crate::queue::episode::{EpisodeState, JobState};
use crate::queue::error::{QueueError, Result};
use crate::queue::lease::{Aftermath, Checkpointed, Completion, FailureClass, Held};
use crate::queue::policy::backoff;
use crate::queue::report::EventKind;

impl Shard {
    /// Remembers that an attempt has begun to paint.
    pub fn begin_attempt(&mut self, held: &Held) -> Checkpointed {
        if self.held(&held.key, &held.token.0).is_none() {
            return Checkpointed::Stale;
        }
        if let Some(job) = self.jobs.get_mut(&held.key) {
            job.begun = true;
        }
        Checkpointed::Recorded
    }

    /// Records a part of a job as finished.
    pub fn checkpoint(&mut self, held: &Held, position: u32, content: &str) -> Result<Checkpointed> {
        let Some(progress) = self.held(&held.key, &held.token.0).map(|job| job.checkpoints.len()) else {
            return Ok(Checkpointed::Stale);
        };
        if position as usize > progress {
            let reason = format!("checkpoint {position} comes before checkpoint {progress}");
            return Err(QueueError::refused(format!("job {}", held.key), reason));
        }
        if position as usize == progress
            && let Some(job) = self.jobs.get_mut(&held.key)
        {
            job.checkpoints.push(content.to_owned());
            (job.begun, job.lost) = (true, 0);
        }
        Ok(Checkpointed::Recorded)
    }

    /// Ends an attempt with a commit.
    pub fn complete(&mut self, held: &Held, commit: &Digest, now: u64) -> Completion {
        let key = &held.key;
        let done = |job: &&super::Job| job.state == JobState::Done && job.token.as_ref() == Some(&held.token);
        if self.jobs.get(key).filter(done).is_some() {
            return Completion::Repeat;
        }
        let Some(job) = self.held(key, &held.token.0) else {
            self.stale += 1;
            return Completion::Stale;
        };
        let (worker, failed_on, blamed) = (job.worker.clone(), job.failed_on.clone(), job.blamed);
        if self.is_cancelled(key) {
            self.enter(key, JobState::Cancelled, 0, now);
            return Completion::Cancelled;
        }
        if blamed && let Some(worker) = worker.as_ref().and_then(|id| self.workers.get_mut(id)) {
            // It got the job in spite of blame and has finished it: it is trusted again.
            worker.blame = 0;
        }
        self.blame(worker.as_ref(), &failed_on, now);
        self.finish(key, commit, now);
        Completion::Done
    }

    /// Marks a job done whose commit is in the store.
    pub fn record_commit(&mut self, key: &JobKey, commit: &Digest, now: u64) -> Result<Completion> {
        match self.jobs.get(key).ok_or_else(|| QueueError::NoJob(key.clone()))?.state {
            JobState::Done => return Ok(Completion::Repeat),
            JobState::Cancelled => return Ok(Completion::Cancelled),
            _ => {}
        }
        self.finish(key, commit, now);
        Ok(Completion::Done)
    }

    /// Gives a job back unfinished, uncharged.
    pub fn release(&mut self, held: &Held, now: u64) -> Aftermath {
        if self.held(&held.key, &held.token.0).is_none() {
            return Aftermath::Stale;
        }
        self.give_back(&held.key, now)
    }

    /// Puts a running job back into the order, uncharged.
    pub(super) fn give_back(&mut self, key: &JobKey, now: u64) -> Aftermath {
        if let Some(job) = self.jobs.get_mut(key) {
            job.attempt -= 1;
        }
        self.offer(key, now)
    }

    /// Ends an attempt with a failure; `jitter` in thousandths.
    pub fn fail(
        &mut self,
        held: &Held,
        class: &FailureClass,
        reason: &str,
        jitter: u32,
        now: u64,
    ) -> Aftermath {
        let key = &held.key;
        if self.held(key, &held.token.0).is_none() {
            return Aftermath::Stale;
        }
        if self.is_cancelled(key) {
            return self.offer(key, now);
        }
        match class {
            FailureClass::Permanent => self.bury(key, reason, now),
            FailureClass::Transient => {
                let failures = self.charge_worker(key).map_or(0, |job| job.attempt);
                self.again(key, reason, (failures, self.policy.max_attempts), jitter, now)
            }
            FailureClass::Resource { pool } => {
                self.leave(key);
                let Some(job) = self.jobs.get_mut(key) else { return Aftermath::Stale };
                job.attempt -= 1;
                job.resource += 1;
                if let Some(pool) = pool {
                    job.pool = pool.clone();
                    self.pools.insert(pool.clone());
                }
                let failures = job.resource;
                self.again(key, reason, (failures, self.policy.max_resource), jitter, now)
            }
        }
    }

    /// Delays a job for its next attempt, or buries it when it has failed too often.
    fn again(&mut self, key: &JobKey, reason: &str, tries: (u32, u32), jitter: u32, now: u64) -> Aftermath {
        let (failures, most) = tries;
        if failures >= most {
            return self.bury(key, reason, now);
        }
        if let Some(job) = self.jobs.get_mut(key) {
            reason.clone_into(&mut job.note);
        }
        self.log(EventKind::JobDelayed, key, reason);
        let due = now + backoff(&self.policy, failures, jitter);
        self.enter(key, JobState::Delayed, due, now);
        Aftermath::Delayed
    }

    /// Remembers that the attempt of the worker that has a job failed.
    pub(super) fn charge_worker(&mut self, key: &JobKey) -> Option<&mut super::Job> {
        let job = self.jobs.get_mut(key)?;
        if let Some(worker) = job.worker.clone().filter(|worker| !job.failed_on.contains(worker)) {
            job.failed_on.push(worker);
        }
        Some(job)
    }

    /// Ends a job with a commit, and tells the jobs that wait for it.
    fn finish(&mut self, key: &JobKey, commit: &Digest, now: u64) {
        let Some(job) = self.jobs.get_mut(key) else { return };
        job.note = commit.to_string();
        let children = job.children.clone();
        self.enter(key, JobState::Done, 0, now);
        for index in children {
            let child = JobKey { episode: key.episode.clone(), index };
            let Some(job) = self.jobs.get_mut(&child).filter(|job| job.state == JobState::Blocked) else {
                continue;
            };
            job.needs -= 1;
            if job.needs == 0 {
                self.offer(&child, now);
            }
        }
    }

    /// A worker finished a job: those that failed it are blamed.
    fn blame(&mut self, finisher: Option<&WorkerId>, failed_on: &[WorkerId], now: u64) {
        for id in failed_on.iter().filter(|&id| Some(id) != finisher) {
            let Some(worker) = self.workers.get_mut(id) else { continue };
            worker.blame += 1;
            if worker.blame == self.policy.max_blame {
                worker.blocked_until = now + self.policy.forgive_ms;
                worker.blame = 0;
                self.log(EventKind::WorkerBlocked, id, "others finish what it fails");
            }
        }
    }

    fn is_cancelled(&self, key: &JobKey) -> bool {
        self.episodes.get(&key.episode).is_some_and(|episode| episode.state == EpisodeState::Cancelled)
    }
}
