//! How far episodes are.

use std::collections::{BTreeMap, BTreeSet};

use common::farm::Decision;
use common::farm::manifest::ManifestClip;
use common::ids::{EpisodeId, JobKey};
use common::queue::{BATCH, EpisodeState, EpisodeStatus, JobState, JobStatus, QueueError};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::enqueue::{Plan, key};
use super::error::{Result, ServiceError};
use super::records::{Record, episode_of};
use super::tally::JobFacts;
use super::{AT_A_TIME, Service};
use crate::api::{
    ClipView, DrawingCounts, DrawingList, DrawingState, DrawingView, EpisodeList, EpisodeView, JobCounts,
    JobDetail, JobList, JobView, Phase, Summary,
};
use crate::episode::Planned;

/// An episode with all that is known of its jobs.
pub(super) struct Look {
    pub record: Record,
    pub plan: std::sync::Arc<Plan>,
    /// What the queue says of it, if it has it.
    status: Option<EpisodeStatus>,
    pub jobs: Vec<JobFacts>,
}

impl Service {
    /// Every episode, the newest first; those that the queue has forgotten come last.
    ///
    /// # Errors
    /// When queue or store fail.
    pub async fn summaries(&self) -> Result<EpisodeList> {
        let ids = self.all_episodes().await?;
        let looks = stream::iter(ids).map(|id| async move { self.listed(&id).await });
        let looks = looks.buffered(4).try_filter_map(|summary| async { Ok(summary) });
        let mut episodes: Vec<Summary> = looks.try_collect().await?;
        episodes.sort_by(|a, b| b.created_ms.cmp(&a.created_ms).then_with(|| a.id.cmp(&b.id)));
        Ok(EpisodeList { episodes })
    }

    /// One that cannot be read does not hide the others.
    pub(super) async fn listed(&self, id: &EpisodeId) -> Result<Option<Summary>> {
        match self.summary(id).await {
            Ok(summary) => Ok(Some(summary)),
            Err(error @ (ServiceError::Damaged { .. } | ServiceError::NotFound(_))) => {
                tracing::warn!(episode.id = %id, %error, "left out of the list");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// How far an episode is.
    ///
    /// # Errors
    /// When there is no such episode, or queue or store fail.
    pub async fn summary(&self, id: &EpisodeId) -> Result<Summary> {
        Ok(self.look(id).await?.summary())
    }

    /// An episode with its clips.
    ///
    /// # Errors
    /// When there is no such episode, or queue or store fail.
    pub async fn episode(&self, id: &EpisodeId) -> Result<EpisodeView> {
        Ok(self.look(id).await?.view())
    }

    /// Jobs of an episode in order, after the one with the number `after`.
    ///
    /// # Errors
    /// When there is no such episode, `after` is no number, or queue or store fail.
    pub async fn jobs(&self, id: &EpisodeId, after: Option<&str>, limit: u32) -> Result<JobList> {
        let start = match after.map(str::parse::<u32>) {
            None => 0,
            Some(Ok(index)) => index.saturating_add(1),
            Some(Err(_)) => return Err(ServiceError::invalid("after: expected the number of a job, from 0")),
        };
        let look = self.look(id).await?;
        let run = look.record.run()?;
        let end = start.saturating_add(limit).min(look.plan.jobs.len() as u32);
        let view = |index: u32| look.job_view(&run, index);
        let jobs = (start..end).map(view).collect::<Result<_>>()?;
        let next = (end > start && (end as usize) < look.plan.jobs.len()).then(|| (end - 1).to_string());
        Ok(JobList { jobs, next })
    }

    /// Drawings of an episode in order, after the one with the key `after`.
    ///
    /// # Errors
    /// When there is no such episode or drawing, or queue or store fail.
    pub async fn drawings(&self, id: &EpisodeId, after: Option<&str>, limit: u32) -> Result<DrawingList> {
        let look = self.look(id).await?;
        let run = look.record.run()?;
        let all =
            look.record.manifest.clips.iter().flat_map(|clip| {
                clip.drawings.iter().map(move |drawing| (clip.name(), drawing.key.as_str()))
            });
        let all: Vec<(String, &str)> = all.collect();
        let none =
            |key: &str| ServiceError::NotFound(format!("drawing {key}: the episode has none of this key"));
        let start = match after {
            None => 0,
            Some(after) => all.iter().position(|(_, key)| *key == after).ok_or_else(|| none(after))? + 1,
        };
        let end = all.len().min(start.saturating_add(limit as usize));
        let drawings = all[start..end].iter().map(|(clip, key)| look.drawing(&run, clip, key)).collect();
        let next = (end > start && end < all.len()).then(|| all[end - 1].1.to_owned());
        Ok(DrawingList { drawings, next })
    }

    /// A job, why it is where it is, and what it paints.
    ///
    /// # Errors
    /// When there is no such job, or queue or store fail.
    pub async fn job(&self, key: &JobKey) -> Result<JobDetail> {
        let look = self.look(&episode_of(&key.episode)).await?;
        let run = look.record.run()?;
        if run != key.episode {
            let message = format!("job {key}: of an earlier version of the episode; it is now {run}");
            return Err(ServiceError::NotFound(message));
        }
        let none =
            || ServiceError::NotFound(format!("job {key}: the episode has {} jobs", look.plan.jobs.len()));
        let planned = look.plan.jobs.get(key.index as usize).ok_or_else(none)?;
        let spec = &planned.spec;
        let references = spec.follows.iter().chain(&spec.anchor).chain(&spec.sheets);
        Ok(JobDetail {
            job: look.job_view(&run, key.index)?,
            explanation: self.queue.explain(key).await?,
            id: planned.id.to_string(),
            targets: spec.targets.iter().map(|target| target.key.clone()).collect(),
            references: references.map(|reference| reference.name.clone()).collect(),
        })
    }

    /// Reads all that is known of an episode.
    pub(super) async fn look(&self, id: &EpisodeId) -> Result<Look> {
        let record = self.record(id).await?;
        let plan = self.plan(&record).await?;
        let run = record.run()?;
        let status = match self.queue.episode(&run).await {
            Ok(status) => Some(status),
            Err(QueueError::NoEpisode(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let known = if status.is_some() { self.queued(&run).await? } else { Vec::new() };
        let jobs = plan.jobs.iter().enumerate().map(|(i, job)| (job.id.clone(), known.get(i).cloned()));
        // Collected: a future that borrows from the plan through a closure is not `Send`.
        let jobs: Vec<_> = jobs.collect();
        let unknown = state_of_unknown(&record);
        let facts =
            stream::iter(jobs).map(|(id, status)| async move { self.facts(&id, status, unknown).await });
        let jobs = facts.buffered(AT_A_TIME).try_collect().await?;
        Ok(Look { record, plan, status, jobs })
    }

    /// The jobs of an episode as the queue has them.
    pub(super) async fn queued(&self, run: &EpisodeId) -> Result<Vec<JobStatus>> {
        let mut jobs = Vec::new();
        loop {
            let page = match self.queue.jobs(run, jobs.len() as u32, BATCH as u32).await {
                // Forgotten a moment ago.
                Err(QueueError::NoEpisode(_)) => return Ok(Vec::new()),
                page => page?,
            };
            let last = page.len() < BATCH;
            jobs.extend(page);
            if last {
                return Ok(jobs);
            }
        }
    }

    /// What is known of a job: from the queue, and, if it is done, from its commit.
    async fn facts(
        &self,
        id: &common::farm::JobId,
        status: Option<JobStatus>,
        unknown: JobState,
    ) -> Result<JobFacts> {
        let mut facts = match status {
            Some(JobStatus { state, attempt, progress, since_ms, note, .. }) => JobFacts {
                state,
                progress,
                attempt,
                since_ms,
                note,
                failed: Vec::new(),
                unusable: Vec::new(),
            },
            None => JobFacts {
                state: unknown,
                progress: 0,
                attempt: 0,
                since_ms: 0,
                note: String::new(),
                failed: Vec::new(),
                unusable: Vec::new(),
            },
        };
        let forgotten = facts.since_ms == 0;
        if (facts.state == JobState::Done || forgotten)
            && let Some(commit) = self.facts_of_commit(id).await?
        {
            facts.state = JobState::Done;
            facts.failed.clone_from(&commit.failed);
            facts.unusable.clone_from(&commit.unusable);
        }
        Ok(facts)
    }
}

impl Look {
    pub(super) fn view(&self) -> EpisodeView {
        let notices: BTreeSet<String> =
            self.jobs.iter().flat_map(|job| job.unusable.iter().cloned()).collect();
        EpisodeView { summary: self.summary(), clips: self.clips(), notices: notices.into_iter().collect() }
    }

    pub(super) fn summary(&self) -> Summary {
        let Record { id, manifest, revision, control, finished, .. } = &self.record;
        let mut jobs = JobCounts::default();
        self.jobs.iter().for_each(|job| jobs.count(job.state));
        let drawings = match finished {
            Some(finished) => DrawingCounts::finished(finished),
            None => self.drawings(),
        };
        let state = self.phase(drawings);
        let created_ms = self.status.as_ref().map(|status| status.created_ms);
        let speed = created_ms.and_then(|created| speed(self.painted_here(), created, self.ended_ms()));
        Summary {
            id: id.clone(),
            show: manifest.show.clone(),
            user: manifest.user.clone(),
            priority: control.priority.unwrap_or(manifest.priority),
            model: manifest.model.clone(),
            revision: *revision,
            created_ms,
            state,
            drawings,
            jobs,
            drawings_per_second: speed,
            eta_seconds: speed
                .filter(|_| state == Phase::Running)
                .map(|speed| f64::from(drawings.left) / speed),
        }
    }

    fn phase(&self, drawings: DrawingCounts) -> Phase {
        let state = self.status.as_ref().map(|status| status.state);
        match (self.record.control.decision, &self.record.finished) {
            (Decision::Cancelled, _) => Phase::Cancelled,
            (_, Some(_)) if drawings.failed > 0 => Phase::Incomplete,
            (_, Some(_)) => Phase::Done,
            (Decision::Paused, None) => Phase::Paused,
            (Decision::Open, None) if self.status.as_ref().is_some_and(EpisodeStatus::is_halted) => {
                Phase::Halted
            }
            (Decision::Open, None) if state.is_none_or(|state| state == EpisodeState::Loading) => {
                Phase::Loading
            }
            (Decision::Open, None) => Phase::Running,
        }
    }

    /// Drawings painted since the episode came in: jobs that nobody ever had were painted before, for another one.
    fn painted_here(&self) -> u32 {
        let had = self.jobs().filter(|(_, facts)| facts.attempt > 0);
        had.map(|(job, facts)| facts.drawings(job.spec.targets.len() as u32).painted).sum()
    }

    fn ended_ms(&self) -> u64 {
        let now = crate::clock::now_ms();
        self.record.finished.as_ref().map_or(now, |finished| finished.at_ms)
    }

    /// All drawings.
    fn drawings(&self) -> DrawingCounts {
        let mut counts = DrawingCounts::default();
        self.clips().iter().for_each(|clip| counts.add(clip.drawings));
        counts
    }

    fn clips(&self) -> Vec<ClipView> {
        let manifest = &self.record.manifest;
        let view = |clip: &ManifestClip| {
            let given = clip.drawings.iter().filter(|drawing| drawing.painted.is_some()).count();
            let drawings = DrawingCounts::given(given as u32);
            ClipView { name: clip.name(), mode: manifest.mode_of(clip), drawings, jobs: JobCounts::default() }
        };
        let mut clips: Vec<ClipView> = manifest.clips.iter().map(view).collect();
        let places: BTreeMap<String, usize> =
            clips.iter().enumerate().map(|(place, clip)| (clip.name.clone(), place)).collect();
        for (job, facts) in self.jobs() {
            if let Some(&place) = places.get(&job.clip) {
                clips[place].jobs.count(facts.state);
                clips[place].drawings.add(facts.drawings(job.spec.targets.len() as u32));
            }
        }
        clips
    }

    fn jobs(&self) -> impl Iterator<Item = (&Planned, &JobFacts)> {
        self.plan.jobs.iter().zip(&self.jobs)
    }

    fn job_view(&self, run: &EpisodeId, index: u32) -> Result<JobView> {
        let (planned, facts) = (&self.plan.jobs[index as usize], &self.jobs[index as usize]);
        Ok(JobView {
            key: key(run, index),
            clip: planned.clip.clone(),
            state: facts.state,
            pool: super::enqueue::pool(&planned.spec, &self.record.manifest)?,
            attempt: facts.attempt,
            progress: facts.progress,
            drawings: planned.spec.targets.len() as u32,
            since_ms: facts.since_ms,
            note: facts.note.clone(),
        })
    }

    pub(super) fn drawing(&self, run: &EpisodeId, clip: &str, drawing: &str) -> DrawingView {
        let job = self.plan.by_key.get(drawing).copied();
        let (state, error) = job.map_or((DrawingState::Given, None), |index| {
            let targets = &self.plan.jobs[index as usize].spec.targets;
            let place = targets.iter().position(|target| target.key == drawing).unwrap_or_default();
            self.jobs[index as usize].drawing(place, drawing)
        });
        DrawingView {
            key: drawing.to_owned(),
            clip: clip.to_owned(),
            state,
            job: job.map(|i| key(run, i)),
            error,
        }
    }
}

/// Where a job is that has no commit and is not in the queue: it has forgotten the episode, or does not know it yet.
fn state_of_unknown(record: &Record) -> JobState {
    match (record.control.decision, &record.finished) {
        (Decision::Cancelled, _) => JobState::Cancelled,
        (_, Some(_)) => JobState::Dead,
        (_, None) => JobState::Parked,
    }
}

/// Drawings a second since an episode came in, once there is something to say.
fn speed(painted: u32, since_ms: u64, until_ms: u64) -> Option<f64> {
    let seconds = until_ms.saturating_sub(since_ms) as f64 / 1_000.0;
    (painted > 0 && seconds > 0.0).then(|| f64::from(painted) / seconds)
}
