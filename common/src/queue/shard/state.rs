//! Moving a job from one state into another: its index, the counts, and what is told.

use super::{Job, Place, Shard, member};
use crate::ids::{EpisodeId, JobKey};
use crate::queue::episode::{EpisodeState, JobState};
use crate::queue::lease::Aftermath;
use crate::queue::order::{ReadyEntry, step};
use crate::queue::report::{DEAD_KEPT, EventKind};

impl Shard {
    /// Moves a job into `state`. `time` is the deadline of a running one, the due time of a delayed one.
    pub(super) fn enter(&mut self, key: &JobKey, state: JobState, time: u64, now: u64) {
        self.leave(key);
        let Some(job) = self.jobs.get_mut(key) else { return };
        let old = std::mem::replace(&mut job.state, state);
        job.since = now;
        let member = member(&job.pool, key);
        match state {
            JobState::Running => {
                job.place = Place::Time(time);
                self.leases.insert((time, member));
            }
            JobState::Delayed => {
                job.place = Place::Time(time);
                self.delayed.insert((time, member));
            }
            JobState::Dead => {
                job.place = Place::Time(now);
                self.dead.insert((now, member));
            }
            JobState::Done | JobState::Cancelled => {
                job.payload.clear();
                job.checkpoints.clear();
            }
            JobState::Blocked | JobState::Parked | JobState::Ready => {}
        }
        if state != JobState::Running {
            job.worker = None;
        }
        if !matches!(state, JobState::Running | JobState::Done) {
            job.token = None;
        }
        if state == JobState::Ready {
            self.push(key);
        }
        while self.dead.len() > DEAD_KEPT {
            self.dead.pop_first();
        }
        self.recount(&key.episode, old, state);
    }

    /// Takes a job out of the index of its state.
    pub(super) fn leave(&mut self, key: &JobKey) {
        let Some(job) = self.jobs.get_mut(key) else { return };
        let member = member(&job.pool, key);
        match (job.state, std::mem::replace(&mut job.place, Place::None)) {
            (JobState::Ready, Place::Entry(entry)) => {
                let flow = self.flow_of(key);
                self.ready.remove(&entry);
                if let Some(tag) = self.flows.get_mut(&flow) {
                    tag.ready -= 1;
                    if tag.ready == 0 {
                        self.flows.remove(&flow);
                    }
                }
            }
            (JobState::Running, Place::Time(time)) => {
                self.leases.remove(&(time, member));
            }
            (JobState::Delayed, Place::Time(time)) => {
                self.delayed.remove(&(time, member));
            }
            (JobState::Dead, Place::Time(time)) => {
                self.dead.remove(&(time, member));
            }
            _ => {}
        }
    }

    /// Gives a job its tag and puts it into the order. One that was claimed before goes to the front of its flow.
    fn push(&mut self, key: &JobKey) {
        let Some(priority) = self.episodes.get(&key.episode).map(|episode| episode.priority) else { return };
        if let Some(job) = self.jobs.get_mut(key) {
            job.priority = priority;
        }
        let flow = self.flow_of(key);
        let Some(job) = self.jobs.get_mut(key) else { return };
        let virtual_time = self.vtime.get(job.pool.order()).copied().unwrap_or(0);
        let tags = self.flows.entry(flow).or_default();
        let after = if job.grants > 0 { virtual_time } else { virtual_time.max(tags.last) };
        let tag = after + step(job.cost_ms, priority);
        tags.last = tags.last.max(tag);
        tags.ready += 1;
        let entry =
            ReadyEntry { pool: job.pool.clone(), tag, affinity: job.affinity, key: key.clone() }.to_string();
        job.place = Place::Entry(entry.clone());
        self.ready.insert(entry);
        self.rung.insert(job.pool.clone());
    }

    /// Tags a ready job anew, with the priority its episode has now.
    pub(super) fn retag(&mut self, key: &JobKey) {
        self.leave(key);
        self.push(key);
    }

    /// The flow of a job's tag.
    fn flow_of(&self, key: &JobKey) -> String {
        let (Some(job), Some(episode)) = (self.jobs.get(key), self.episodes.get(&key.episode)) else {
            return String::new();
        };
        format!("{}|{}/{}/{}", job.pool.order(), job.priority, episode.show, episode.user)
    }

    /// Makes a job claimable, as far as its episode allows.
    pub(super) fn offer(&mut self, key: &JobKey, now: u64) -> Aftermath {
        let state = match self.episodes.get(&key.episode).map(|episode| episode.state) {
            Some(EpisodeState::Open) => JobState::Ready,
            Some(EpisodeState::Loading | EpisodeState::Paused) => JobState::Parked,
            Some(EpisodeState::Cancelled) | None => JobState::Cancelled,
        };
        self.enter(key, state, 0, now);
        if state == JobState::Cancelled { Aftermath::Cancelled } else { Aftermath::Requeued }
    }

    /// Ends a job for good.
    pub(super) fn bury(&mut self, key: &JobKey, reason: &str, now: u64) -> Aftermath {
        if let Some(job) = self.jobs.get_mut(key) {
            reason.clone_into(&mut job.note);
        }
        self.log(EventKind::JobDead, key, reason);
        self.enter(key, JobState::Dead, 0, now);
        Aftermath::Dead
    }

    /// Keeps the counts of an episode, and tells when the last of its jobs has come to its end.
    fn recount(&mut self, id: &EpisodeId, old: JobState, new: JobState) {
        let Some(episode) = self.episodes.get_mut(id) else { return };
        episode.counts.0[old.index()] -= 1;
        episode.counts.0[new.index()] += 1;
        if old != new && !is_end(old) {
            self.tell_if_finished(id);
        }
    }

    /// Tells that an episode is finished, if it is.
    pub(super) fn tell_if_finished(&mut self, id: &EpisodeId) {
        if self.status_of(id).is_some_and(|status| status.is_finished()) {
            self.log(EventKind::EpisodeFinished, id, "");
        }
    }

    /// The job, if a worker runs it under this token.
    pub(super) fn held(&self, key: &JobKey, token: &str) -> Option<&Job> {
        let job = self.jobs.get(key)?;
        let same = job.token.as_ref().is_some_and(|current| current.0 == token);
        (job.state == JobState::Running && same).then_some(job)
    }
}

/// Whether a job in this state has come to its end.
fn is_end(state: JobState) -> bool {
    matches!(state, JobState::Done | JobState::Dead | JobState::Cancelled)
}
