//! Sending dead jobs back.

use super::Shard;
use crate::ids::{EpisodeId, JobKey};
use crate::queue::episode::{BATCH, EpisodeState, JobState};
use crate::queue::error::{QueueError, Result};
use crate::queue::report::EventKind;

impl Shard {
    /// Sends a dead job back, as if it were new.
    pub fn requeue(&mut self, key: &JobKey, now: u64) -> Result<()> {
        let job = self.jobs.get(key).ok_or_else(|| QueueError::NoJob(key.clone()))?;
        if job.state != JobState::Dead {
            let reason = format!("is {}; only a dead job can be sent back", job.state.name());
            return Err(QueueError::refused(format!("job {key}"), reason));
        }
        self.open_for_requeue(&key.episode)?;
        self.revive(key, now);
        Ok(())
    }

    /// Sends the dead jobs of a batch back; how many, and where to go on if there are more jobs.
    pub fn requeue_dead(&mut self, id: &EpisodeId, from: u32, now: u64) -> Result<(u32, Option<u32>)> {
        let loaded = self.status(id)?.loaded;
        self.open_for_requeue(id)?;
        let end = loaded.min(from.saturating_add(BATCH as u32));
        let keys = (from..end).map(|index| JobKey { episode: id.clone(), index });
        let dead: Vec<JobKey> =
            keys.filter(|key| self.jobs.get(key).is_some_and(|job| job.state == JobState::Dead)).collect();
        for key in &dead {
            self.revive(key, now);
        }
        Ok((dead.len() as u32, (end < loaded).then_some(end)))
    }

    fn open_for_requeue(&self, id: &EpisodeId) -> Result<()> {
        if self.status(id)?.state == EpisodeState::Cancelled {
            return Err(QueueError::refused(format!("episode {id}"), "is cancelled; submit it anew"));
        }
        Ok(())
    }

    fn revive(&mut self, key: &JobKey, now: u64) {
        if let Some(job) = self.jobs.get_mut(key) {
            (job.attempt, job.lost, job.resource) = (0, 0, 0);
            job.failed_on.clear();
            job.note.clear();
        }
        self.log(EventKind::JobRequeued, key, "");
        self.offer(key, now);
    }
}
