//! The episodes of a farm, a page at a time, and what a job is about in a word.

use std::collections::HashMap;
use std::time::SystemTime;

use common::ids::{EpisodeId, JobKey};
use common::queue::{EpisodeStatus, JobState, StateCounts};
use common::store::{PAGE, StorePrefix};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::Service;
use super::error::{Result, ServiceError};
use crate::api::Summary;

/// A page of episodes.
#[derive(Clone, Debug)]
pub struct Recent {
    /// They, the newest first.
    pub episodes: Vec<Summary>,
    /// How many there are in all.
    pub total: usize,
}

/// A job in a word.
#[derive(Clone, Debug)]
pub struct JobBrief {
    /// The job.
    pub key: JobKey,
    /// The episode as its address has it.
    pub episode: EpisodeId,
    /// Name of its clip, if this process has planned it.
    pub clip: Option<String>,
    /// Drawings it has come to an end with.
    pub progress: u32,
    /// Drawings in it.
    pub drawings: Option<u32>,
}

impl Service {
    /// Episodes as they came in, the newest first, `limit` of them after `skip`. Only these are looked at closely.
    ///
    /// # Errors
    /// When queue or store fail.
    pub async fn recent(&self, skip: usize, limit: usize) -> Result<Recent> {
        let mut all = self.by_time().await?;
        let total = all.len();
        all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let ids = all.into_iter().skip(skip).take(limit).map(|(_, id)| id);
        let looks = stream::iter(ids).map(|id| async move { self.listed(&id).await });
        let episodes =
            looks.buffered(8).try_filter_map(|summary| async { Ok(summary) }).try_collect().await?;
        Ok(Recent { episodes, total })
    }

    async fn by_time(&self) -> Result<Vec<(SystemTime, EpisodeId)>> {
        let prefix: StorePrefix =
            "episodes/".parse().map_err(|error| ServiceError::damaged("episodes/", error))?;
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.list(&prefix, after.as_ref(), PAGE).await?;
            found.extend(page.entries.iter().filter_map(|entry| {
                let id = entry.key.as_str().strip_prefix("episodes/")?.strip_suffix("/manifest.json")?;
                Some((entry.modified, id.parse().ok()?))
            }));
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(found),
            }
        }
    }

    /// Drawings that each episode in the queue has come to an end with since it came in, by its name there. One that this
    /// process has not planned is left out.
    ///
    /// # Errors
    /// When the queue fails.
    pub async fn progress(&self) -> Result<HashMap<EpisodeId, u32>> {
        let mut progress = HashMap::new();
        for episode in self.queue.episodes().await? {
            let Some(plan) = self.planned(&episode.id) else { continue };
            let jobs = self.queued(&episode.id).await?;
            // A job that nobody ever had was painted before, for another episode.
            let had = jobs.iter().zip(&plan.jobs).filter(|(job, _)| job.attempt > 0);
            let ended = had.map(|(job, planned)| match job.state {
                JobState::Done => planned.spec.targets.len() as u32,
                _ => job.progress,
            });
            progress.insert(episode.id, ended.sum());
        }
        Ok(progress)
    }

    /// Jobs of the whole queue by state.
    ///
    /// # Errors
    /// When the queue fails.
    pub async fn job_counts(&self) -> Result<StateCounts> {
        let episodes = self.queue.episodes().await?;
        let sum = |all: StateCounts, episode: &EpisodeStatus| {
            StateCounts(std::array::from_fn(|i| all.0[i] + episode.counts.0[i]))
        };
        Ok(episodes.iter().fold(StateCounts::default(), sum))
    }

    /// What a job in the queue is about; none if it is gone.
    pub async fn brief(&self, key: &JobKey) -> Option<JobBrief> {
        let status = self.queue.job(key).await.ok()?;
        let plan = self.planned(&key.episode);
        let job = plan.as_ref().and_then(|plan| plan.jobs.get(key.index as usize));
        Some(JobBrief {
            key: key.clone(),
            episode: super::episode_of(&key.episode),
            clip: job.map(|job| job.clip.clone()),
            progress: status.progress,
            drawings: job.map(|job| job.spec.targets.len() as u32),
        })
    }
}
