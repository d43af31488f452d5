//! What jobs committed goes to its plain names.

use std::collections::BTreeSet;

use common::Digest;
use common::farm::{Commit, layout, sidecar_name};
use common::ids::{EpisodeId, JobKey};
use common::queue::{BATCH, JobState, JobStatus, QueueError};
use common::store::StoreKey;
use futures::future::{join_all, try_join_all};

use super::progress::{Outcome, Progress};
use crate::episode::Planned;
use crate::rounds::shared::Shared;
use crate::service::{AT_A_TIME, Plan, Record, Result, ServiceError};

/// What the jobs of an episode have come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// Jobs that are done.
    pub done: u32,
    /// Jobs that are dead, by number.
    pub dead_jobs: BTreeSet<u32>,
    /// Drawings of dead jobs.
    pub dead_drawings: u32,
    /// Drawings of jobs that have not come to their end.
    pub left: u32,
}

impl Survey {
    /// Whether every job has come to its end by itself.
    pub fn is_end(&self, plan: &Plan) -> bool {
        self.done as usize + self.dead_jobs.len() == plan.jobs.len()
    }
}

/// Publishes the jobs of an episode that are done and not published yet.
pub(super) async fn publish(shared: &Shared, record: &Record, progress: &mut Progress) -> Result<Survey> {
    let plan = shared.service.plan(record).await?;
    let run = record.run()?;
    let (mut survey, mut from) = (Survey::default(), 0);
    while (from as usize) < plan.jobs.len() {
        let page = page(shared, &run, from).await?;
        let Some(last) = page.last() else { break };
        from = last.key.index + 1;
        let jobs = page.into_iter().filter_map(|job| Some((plan.jobs.get(job.key.index as usize)?, job)));
        let jobs: Vec<(&Planned, JobStatus)> = jobs.collect();
        survey.count(&jobs);
        publish_new(shared, record, &jobs, progress).await?;
    }
    shared.service.metrics.throughput().left(&run, survey.left);
    Ok(survey)
}

async fn page(shared: &Shared, run: &EpisodeId, from: u32) -> Result<Vec<JobStatus>> {
    match shared.queue().jobs(run, from, BATCH as u32).await {
        // Forgotten, or lost with the queue's memory: it comes back.
        Err(QueueError::NoEpisode(_)) => Ok(Vec::new()),
        page => Ok(page?),
    }
}

impl Survey {
    fn count(&mut self, jobs: &[(&Planned, JobStatus)]) {
        for (planned, job) in jobs {
            match job.state {
                JobState::Done => self.done += 1,
                JobState::Dead => {
                    self.dead_jobs.insert(job.key.index);
                    self.dead_drawings += planned.spec.targets.len() as u32;
                }
                _ => self.left += planned.spec.targets.len() as u32,
            }
        }
    }
}

async fn publish_new(
    shared: &Shared,
    record: &Record,
    jobs: &[(&Planned, JobStatus)],
    progress: &mut Progress,
) -> Result<()> {
    let is_new =
        |job: &JobStatus| job.state == JobState::Done && !progress.published.contains_key(&job.key.index);
    let new: Vec<&(&Planned, JobStatus)> = jobs.iter().filter(|(_, job)| is_new(job)).collect();
    for some in new.chunks(AT_A_TIME) {
        let outcomes =
            join_all(some.iter().map(|(planned, status)| job(shared, record, planned, &status.key))).await;
        // What went well need not be done again because of what did not.
        let mut failed = None;
        for ((_, status), outcome) in some.iter().zip(outcomes) {
            match outcome {
                Ok(outcome) => {
                    progress.published.insert(status.key.index, outcome);
                    tell(shared, status, outcome);
                }
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(()), Err)?;
    }
    Ok(())
}

/// Tells how fast the farm paints. What nobody had was painted before, for another episode.
fn tell(shared: &Shared, job: &JobStatus, outcome: Outcome) {
    if job.attempt > 0 {
        shared.service.metrics.throughput().painted(&job.key.episode, job.since_ms, outcome.painted);
    }
}

async fn job(shared: &Shared, record: &Record, planned: &Planned, key: &JobKey) -> Result<Outcome> {
    let missing =
        || ServiceError::damaged(layout::commit(&planned.id), format!("job {key} is done without it"));
    let (_, commit) = shared.service.commit_of(&planned.id).await?.ok_or_else(missing)?;
    let run = record.run()?;
    for drawing in &commit.drawings {
        for output in [&drawing.painted, &drawing.sidecar] {
            let to = layout::published(&record.id, &output.name);
            copy(shared, &commit.key_of(output), &to, &output.digest).await?;
        }
    }
    remove_failed(shared, record, &commit).await?;
    Ok(Outcome {
        painted: commit.drawings.len() as u32,
        failed: commit.failed.len() as u32,
        review: commit.drawings.iter().map(|drawing| drawing.review).sum(),
        // Of what was painted for another episode or version, that one has learnt.
        pace: commit.pace.filter(|_| commit.episode == run),
    })
}

/// A drawing that cannot be painted any more, since others were corrected, must not stay as it was.
async fn remove_failed(shared: &Shared, record: &Record, commit: &Commit) -> Result<()> {
    if record.revision == 1 {
        return Ok(());
    }
    for failed in &commit.failed {
        let painted = record.manifest.output.name_of(&failed.key);
        let names = [sidecar_name(&painted), painted].map(|name| layout::published(&record.id, &name));
        try_join_all(names.iter().map(|name| shared.store().delete(name))).await?;
    }
    Ok(())
}

/// Copies an object, unless it is there.
pub(super) async fn copy(shared: &Shared, from: &StoreKey, to: &StoreKey, digest: &Digest) -> Result<()> {
    if !is_there(shared, to, digest).await? {
        shared.store().copy(from, to).await?;
    }
    Ok(())
}

/// Whether an object with this content is there.
pub(super) async fn is_there(shared: &Shared, key: &StoreKey, digest: &Digest) -> Result<bool> {
    let info = shared.store().head(key).await?;
    Ok(info.is_some_and(|info| info.digest.as_ref() == Some(digest)))
}
