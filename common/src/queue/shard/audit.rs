//! Recomputing what is kept twice: counts, needs and indexes follow from the records of the jobs.

use std::collections::BTreeMap;

use super::{Place, Shard, member};
use crate::ids::{EpisodeId, JobKey};
use crate::queue::episode::{JobState, StateCounts};
use crate::queue::error::Result;

impl Shard {
    /// Repairs what does not agree in an episode, gives the number of findings, and carries interrupted sweeps on.
    pub fn audit(&mut self, id: &EpisodeId, now: u64) -> Result<u32> {
        let loaded = self.status(id)?.loaded;
        let key = |index| JobKey { episode: id.clone(), index };
        let (counts, needs) = self.recompute(id, loaded);
        let mut findings = 0;
        if let Some(episode) = self.episodes.get_mut(id)
            && episode.counts != counts
        {
            episode.counts = counts;
            findings += 1;
        }
        for index in 0..loaded {
            let needs = needs.get(&index).copied().unwrap_or(0);
            findings += u32::from(self.mend_needs(&key(index), needs, now));
            findings += u32::from(self.mend_place(&key(index), now));
        }
        for index in 0..loaded {
            self.settle_job(&key(index), now);
        }
        Ok(findings)
    }

    /// Counts by state, and how many jobs that are not done each job waits for.
    fn recompute(&self, id: &EpisodeId, loaded: u32) -> (StateCounts, BTreeMap<u32, u32>) {
        let (mut counts, mut needs) = (StateCounts::default(), BTreeMap::new());
        for index in 0..loaded {
            let Some(job) = self.jobs.get(&JobKey { episode: id.clone(), index }) else { continue };
            counts.0[job.state.index()] += 1;
            for child in job.children.iter().filter(|_| job.state != JobState::Done) {
                *needs.entry(*child).or_default() += 1;
            }
        }
        (counts, needs)
    }

    fn mend_needs(&mut self, key: &JobKey, needs: u32, now: u64) -> bool {
        let Some(job) = self.jobs.get_mut(key).filter(|job| job.state == JobState::Blocked) else {
            return false;
        };
        let wrong = job.needs != needs || needs == 0;
        job.needs = needs;
        if needs == 0 {
            self.offer(key, now);
        }
        wrong
    }

    /// Puts a job back into the index of its state if it is missing there.
    fn mend_place(&mut self, key: &JobKey, now: u64) -> bool {
        let Some(job) = self.jobs.get(key) else { return false };
        let member = member(&job.pool, key);
        let there = match (job.state, &job.place) {
            (JobState::Ready, Place::Entry(entry)) => self.ready.contains(entry),
            (JobState::Running, Place::Time(time)) => self.leases.contains(&(*time, member)),
            (JobState::Delayed, Place::Time(time)) => self.delayed.contains(&(*time, member)),
            (JobState::Ready | JobState::Running | JobState::Delayed, _) => false,
            _ => true,
        };
        if there {
            return false;
        }
        match job.state {
            JobState::Ready => self.retag(key),
            JobState::Running => self.extend(key, now + self.policy.lease_ms),
            _ => {
                self.offer(key, now);
            }
        }
        true
    }
}
