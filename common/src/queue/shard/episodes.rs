//! Submitting episodes and bringing their jobs into line with them.

use super::{Episode, Job, Place, Shard};
use crate::ids::{EpisodeId, JobKey};
use crate::queue::episode::{
    BATCH, EpisodeState, EpisodeStatus, JobState, NewEpisode, PlannedJob, StateCounts,
};
use crate::queue::error::{QueueError, Result};
use crate::queue::order::Priority;
use crate::queue::report::EventKind;

impl Shard {
    /// Begins an episode of so many jobs, or finds one that was begun before.
    pub fn begin(&mut self, new: &NewEpisode, jobs: u32, now: u64) -> Result<EpisodeStatus> {
        let episode = self.episodes.entry(new.id.clone()).or_insert_with(|| Episode {
            state: EpisodeState::Loading,
            show: new.show.clone(),
            user: new.user.clone(),
            priority: new.priority,
            jobs,
            loaded: 0,
            counts: StateCounts::default(),
            created: now,
        });
        if episode.jobs != jobs {
            let reason = format!("was submitted with {} jobs, now with {jobs}; use another id", episode.jobs);
            return Err(QueueError::refused(format!("episode {}", new.id), reason));
        }
        self.status(&new.id)
    }

    /// Loads the next jobs of an episode; those that are already there change nothing.
    pub fn load(&mut self, id: &EpisodeId, from: u32, batch: &[PlannedJob], now: u64) -> Result<()> {
        let held = self.jobs.len() as u64 + batch.len() as u64;
        let limit = self.policy.max_jobs;
        let episode = self.episodes.get_mut(id).ok_or_else(|| QueueError::NoEpisode(id.clone()))?;
        if episode.state != EpisodeState::Loading || from < episode.loaded {
            return Ok(());
        }
        if from > episode.loaded {
            let reason = format!("job {from} comes before job {}", episode.loaded);
            return Err(QueueError::refused(format!("episode {id}"), reason));
        }
        if held > limit {
            return Err(QueueError::Full { reason: format!("{limit} jobs") });
        }
        episode.loaded += batch.len() as u32;
        for (index, planned) in (from..).zip(batch) {
            let job = record(planned, now);
            self.pools.insert(job.pool.clone());
            episode.counts.0[job.state.index()] += 1;
            self.jobs.insert(JobKey { episode: id.clone(), index }, job);
        }
        Ok(())
    }

    /// Lets the jobs of a wholly loaded episode be claimed, once they are settled.
    pub fn open(&mut self, id: &EpisodeId) -> Result<()> {
        let episode = self.episodes.get_mut(id).ok_or_else(|| QueueError::NoEpisode(id.clone()))?;
        if episode.state != EpisodeState::Loading {
            return Ok(());
        }
        if episode.loaded != episode.jobs {
            let reason = format!("only {} of {} jobs are loaded", episode.loaded, episode.jobs);
            return Err(QueueError::refused(format!("episode {id}"), reason));
        }
        episode.state = EpisodeState::Open;
        self.log(EventKind::EpisodeOpened, id, "");
        self.tell_if_finished(id);
        Ok(())
    }

    /// Changes what people have decided about an episode; its jobs follow as they are settled.
    pub fn decide(&mut self, id: &EpisodeId, state: EpisodeState) -> Result<()> {
        let episode = self.episodes.get_mut(id).ok_or_else(|| QueueError::NoEpisode(id.clone()))?;
        let kind = match (episode.state, state) {
            (old, new) if old == new => return Ok(()),
            (EpisodeState::Open, EpisodeState::Paused) => EventKind::EpisodePaused,
            (EpisodeState::Paused, EpisodeState::Open) => EventKind::EpisodeResumed,
            (_, EpisodeState::Cancelled) => EventKind::EpisodeCancelled,
            (old, new) => {
                let reason = format!("is {} and cannot become {}", old.name(), new.name());
                return Err(QueueError::refused(format!("episode {id}"), reason));
            }
        };
        episode.state = state;
        if state == EpisodeState::Cancelled {
            // What was never loaded does not come any more.
            episode.jobs = episode.loaded;
        }
        self.log(kind, id, "");
        Ok(())
    }

    pub fn set_priority(&mut self, id: &EpisodeId, priority: Priority) -> Result<()> {
        let episode = self.episodes.get_mut(id).ok_or_else(|| QueueError::NoEpisode(id.clone()))?;
        if episode.priority != priority {
            episode.priority = priority;
            self.log(EventKind::EpisodePriority, id, priority.name());
        }
        Ok(())
    }

    /// Brings the jobs from `from` on, a batch, into line with their episode. Where to go on, if there are more.
    pub fn settle(&mut self, id: &EpisodeId, from: u32, now: u64) -> Result<Option<u32>> {
        let loaded = self.status(id)?.loaded;
        let end = loaded.min(from.saturating_add(BATCH as u32));
        for index in from..end {
            self.settle_job(&JobKey { episode: id.clone(), index }, now);
        }
        Ok((end < loaded).then_some(end))
    }

    /// Brings one job into line with its episode.
    pub(super) fn settle_job(&mut self, key: &JobKey, now: u64) {
        let (Some(job), Some(episode)) = (self.jobs.get(key), self.episodes.get(&key.episode)) else {
            return;
        };
        match (episode.state, job.state) {
            (EpisodeState::Open, JobState::Parked)
            | (EpisodeState::Paused, JobState::Ready)
            | (
                EpisodeState::Cancelled,
                JobState::Blocked | JobState::Parked | JobState::Ready | JobState::Delayed,
            ) => {
                self.offer(key, now);
            }
            (EpisodeState::Open, JobState::Ready) if job.priority != episode.priority => self.retag(key),
            _ => {}
        }
    }

    /// Removes a batch of a finished episode's jobs, in the end the episode. Where to go on, if there are more.
    pub fn forget(&mut self, id: &EpisodeId, from: u32) -> Result<Option<u32>> {
        let Some(status) = self.status_of(id) else { return Ok(None) };
        if !status.is_finished() {
            let reason = "is not finished; cancel it first".to_owned();
            return Err(QueueError::refused(format!("episode {id}"), reason));
        }
        let end = status.loaded.min(from.saturating_add(BATCH as u32));
        for index in from..end {
            let key = JobKey { episode: id.clone(), index };
            self.leave(&key);
            if let (Some(job), Some(episode)) = (self.jobs.remove(&key), self.episodes.get_mut(id)) {
                episode.counts.0[job.state.index()] -= 1;
            }
        }
        if end < status.loaded {
            return Ok(Some(end));
        }
        self.episodes.remove(id);
        Ok(None)
    }
}

/// The record of a job that comes in.
fn record(planned: &PlannedJob, now: u64) -> Job {
    let job = &planned.job;
    let committed = job.committed.as_ref();
    Job {
        state: match (committed, planned.needs) {
            (Some(_), _) => JobState::Done,
            (None, 0) => JobState::Parked,
            (None, _) => JobState::Blocked,
        },
        since: now,
        pool: job.pool.clone(),
        cost_ms: job.cost_ms,
        affinity: job.affinity,
        needs: if committed.is_some() { 0 } else { planned.needs },
        children: planned.children.clone(),
        attempt: 0,
        grants: 0,
        lost: 0,
        resource: 0,
        failed_on: Vec::new(),
        checkpoints: Vec::new(),
        priority: Priority::default(),
        place: Place::None,
        worker: None,
        token: None,
        blamed: false,
        begun: false,
        note: committed.map(ToString::to_string).unwrap_or_default(),
        payload: if committed.is_some() { String::new() } else { job.payload.clone() },
    }
}
