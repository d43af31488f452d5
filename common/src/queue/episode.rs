//! Episodes and jobs as they are submitted, and how far an episode is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::{QueueError, Result};
use super::order::{Affinity, Priority};
use crate::Digest;
use crate::ids::{EpisodeId, Pool, Show, User};

/// Jobs of an episode, at most: what one script can recount without stalling the farm.
pub const MAX_JOBS: usize = 50_000;
/// Jobs that can wait for one, at most: all are told in the script that completes it.
pub const MAX_DEPENDANTS: usize = 4_096;
/// Bytes of a payload, at most; what is longer belongs into the store.
pub const MAX_PAYLOAD: usize = 16_384;
/// Milliseconds a job may be expected to take: a day.
pub const MAX_COST_MS: u32 = 86_400_000;
/// Jobs in one call, at most.
pub const BATCH: usize = 500;

/// An episode to submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEpisode {
    /// Its id; submitting the same id again goes on where the first submission stopped.
    pub id: EpisodeId,
    /// The show it belongs to.
    pub show: Show,
    /// Who submits it.
    pub user: User,
    /// Its share of the farm.
    pub priority: Priority,
}

/// A job to submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewJob {
    /// The workers that can run it.
    pub pool: Pool,
    /// Expected milliseconds of work.
    pub cost_ms: u32,
    /// The references it is painted from.
    pub affinity: Affinity,
    /// Earlier jobs of the episode, by index, that must be done first.
    pub needs: Vec<u32>,
    /// What the worker is told; nothing to the queue.
    pub payload: String,
    /// The digest of its commit, if the store already holds one.
    pub committed: Option<Digest>,
}

/// A job with its dependencies turned round: who waits for it, and for how many it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedJob {
    pub job: NewJob,
    pub needs: u32,
    pub children: Vec<u32>,
}

/// Checks the jobs of an episode and turns their dependencies round. All problems are told at once.
pub(crate) fn plan(episode: &EpisodeId, jobs: Vec<NewJob>) -> Result<Vec<PlannedJob>> {
    let mut problems = Vec::new();
    if jobs.is_empty() || jobs.len() > MAX_JOBS {
        problems.push(format!("{} jobs; an episode has 1 to {MAX_JOBS}", jobs.len()));
    }
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (index, job) in (0_u32..).zip(&jobs) {
        problems.extend(faults(index, job));
        // A commit that the store already has frees nobody later.
        let open = |need: &&u32| jobs.get(**need as usize).is_some_and(|j| j.committed.is_none());
        for need in job.needs.iter().filter(open) {
            children.entry(*need).or_default().push(index);
        }
    }
    let crowded = children.iter().filter(|(_, list)| list.len() > MAX_DEPENDANTS);
    problems.extend(
        crowded.map(|(i, list)| {
            format!("job {i}: {} jobs wait for it, at most {MAX_DEPENDANTS} may", list.len())
        }),
    );
    if !problems.is_empty() {
        let more = problems.len().saturating_sub(10);
        problems.truncate(10);
        let tail = if more > 0 { format!("; and {more} more") } else { String::new() };
        return Err(QueueError::refused(format!("episode {episode}"), problems.join("; ") + &tail));
    }
    let committed: Vec<bool> = jobs.iter().map(|job| job.committed.is_some()).collect();
    let planned = (0_u32..).zip(jobs).map(|(index, job)| PlannedJob {
        needs: job.needs.iter().filter(|&&need| !committed[need as usize]).count() as u32,
        children: children.remove(&index).unwrap_or_default(),
        job,
    });
    Ok(planned.collect())
}

/// What is wrong with one job.
fn faults(index: u32, job: &NewJob) -> Vec<String> {
    let mut problems = Vec::new();
    let mut sorted = job.needs.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != job.needs.len() || sorted.last().is_some_and(|&last| last >= index) {
        problems.push(format!("job {index}: needs {:?}; name earlier jobs, each once", job.needs));
    }
    if job.payload.len() > MAX_PAYLOAD {
        problems.push(format!(
            "job {index}: a payload of {} bytes; at most {MAX_PAYLOAD}, put the rest into the store",
            job.payload.len()
        ));
    }
    if !(1..=MAX_COST_MS).contains(&job.cost_ms) {
        problems.push(format!("job {index}: a cost of {} ms; 1 to {MAX_COST_MS}", job.cost_ms));
    }
    problems
}

/// What people have decided about an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EpisodeState {
    /// Its jobs are coming in; none can be claimed.
    Loading,
    /// Its jobs can be claimed.
    Open,
    /// Its jobs wait until it is resumed; those that run go on.
    Paused,
    /// Its jobs are not wanted any more.
    Cancelled,
}

impl EpisodeState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Loading, Self::Open, Self::Paused, Self::Cancelled];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Waits for other jobs.
    Blocked,
    /// Could run, but its episode is loading or paused.
    Parked,
    /// Can be claimed.
    Ready,
    /// A worker has a lease on it.
    Running,
    /// Has failed and waits for its next attempt.
    Delayed,
    /// Its result is committed.
    Done,
    /// Has failed for good; a person may requeue it.
    Dead,
    /// Its episode was cancelled.
    Cancelled,
}

impl JobState {
    /// Every state, in the order in which counts are kept.
    pub const ALL: [Self; 8] = [
        Self::Blocked,
        Self::Parked,
        Self::Ready,
        Self::Running,
        Self::Delayed,
        Self::Done,
        Self::Dead,
        Self::Cancelled,
    ];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Parked => "parked",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Delayed => "delayed",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// Its place in [`Self::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// Jobs of an episode by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateCounts(pub [u32; 8]);

impl StateCounts {
    /// Jobs in a state.
    #[must_use]
    pub const fn of(&self, state: JobState) -> u32 {
        self.0[state.index()]
    }

    /// Jobs in all states.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// Jobs that something will still happen to without a person.
    #[must_use]
    pub fn active(&self) -> u32 {
        [JobState::Ready, JobState::Running, JobState::Delayed].iter().map(|&s| self.of(s)).sum()
    }
}

/// How far an episode is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EpisodeStatus {
    /// Its id.
    pub id: EpisodeId,
    /// The show it belongs to.
    pub show: Show,
    /// Who submitted it.
    pub user: User,
    /// Its share of the farm.
    pub priority: Priority,
    /// What people have decided about it.
    pub state: EpisodeState,
    /// Jobs it will have when it is loaded.
    pub jobs: u32,
    /// Jobs loaded so far.
    pub loaded: u32,
    /// Jobs by state.
    pub counts: StateCounts,
    /// When its submission began, in milliseconds since 1970 by the queue's clock.
    pub created_ms: u64,
}

impl EpisodeStatus {
    /// Whether every job has come to its end: done, dead or cancelled.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.loaded == self.jobs
            && [JobState::Done, JobState::Dead, JobState::Cancelled]
                .iter()
                .map(|&state| self.counts.of(state))
                .sum::<u32>()
                == self.counts.total()
    }

    /// Whether nothing moves any more because jobs wait for one that is dead.
    #[must_use]
    pub fn is_halted(&self) -> bool {
        self.state == EpisodeState::Open
            && self.counts.active() == 0
            && self.counts.of(JobState::Parked) == 0
            && self.counts.of(JobState::Blocked) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::contract::job;

    #[test]
    fn dependencies_are_turned_round() {
        let mut jobs = vec![job(&[]), job(&[]), job(&[0, 1]), job(&[0])];
        jobs[1].committed = Some(Digest::of(b"x"));
        let planned = plan(&"e1".parse().unwrap(), jobs).unwrap();
        let found: Vec<(u32, &[u32])> = planned.iter().map(|p| (p.needs, p.children.as_slice())).collect();
        let expected: [(u32, &[u32]); 4] = [(0, &[2, 3]), (0, &[]), (1, &[]), (1, &[])];
        assert_eq!(found, expected);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let mut jobs = vec![job(&[0]), job(&[0, 0]), job(&[5])];
        jobs[2].cost_ms = 0;
        jobs[0].payload = "x".repeat(MAX_PAYLOAD + 1);
        let error = plan(&"e1".parse().unwrap(), jobs).unwrap_err().to_string();
        for part in
            ["episode e1", "job 0: needs [0]", "payload of 16385", "job 1", "job 2: needs", "cost of 0"]
        {
            assert!(error.contains(part), "{part}: {error}");
        }
        assert!(plan(&"e1".parse().unwrap(), Vec::new()).is_err());
    }
}
