//! An episode of the store goes into the queue.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use common::Digest;
use common::farm::{Control, Decision, JobId, JobSpec, Manifest, ModelLabel, SpecFormat, layout};
use common::ids::{EpisodeId, JobKey, Pool};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::error::{Result, ServiceError};
use super::records::Record;
use super::{AT_A_TIME, Service};
use crate::episode::{Planned, Rates, plan, to_queue};

/// Plans kept in memory, at most.
const PLANS: usize = 64;

/// The jobs of a version of an episode: the `i`-th is the `i`-th in the queue.
#[derive(Debug)]
pub struct Plan {
    /// The jobs.
    pub jobs: Vec<Planned>,
    /// The job that paints each drawing, by key.
    pub by_key: BTreeMap<String, u32>,
}

impl Plan {
    fn new(jobs: Vec<Planned>) -> Self {
        let keys = |(index, job): (u32, &Planned)| -> Vec<(String, u32)> {
            job.spec.targets.iter().map(|target| (target.key.clone(), index)).collect()
        };
        let by_key = (0..).zip(&jobs).flat_map(keys).collect();
        Self { jobs, by_key }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Enqueued {
    /// Its jobs.
    pub plan: Arc<Plan>,
    /// Jobs that the store already had commits of.
    pub known: u32,
}

impl Service {
    /// The jobs of an episode, as the store has it: they are kept for the next time.
    ///
    /// # Errors
    /// When the queue would not take them.
    pub async fn plan(&self, record: &Record) -> Result<Arc<Plan>> {
        let run = record.run()?;
        if let Some(plan) = self.planned(&run) {
            return Ok(plan);
        }
        let planned = Arc::new(self.draft(&record.manifest).await?);
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= PLANS {
            plans.clear();
        }
        plans.insert(run, Arc::clone(&planned));
        Ok(planned)
    }

    /// The plan of an episode by its name in the queue, if it is in memory.
    pub(super) fn planned(&self, run: &EpisodeId) -> Option<Arc<Plan>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).get(run).cloned()
    }

    /// The jobs of a manifest that is not written yet. They are not kept: somebody else may write another one in its place.
    pub(super) async fn draft(&self, manifest: &Manifest) -> Result<Plan> {
        // Sizes of jobs are pinned in the manifest; rates only tell how long they take.
        Ok(Plan::new(plan(manifest, &self.rates().await?, self.settings.target_seconds)?))
    }

    /// Puts an episode into the queue, or goes on where that stopped: specifications first, and jobs with a commit as
    /// done. What people have decided about it holds.
    ///
    /// # Errors
    /// When queue or store fail.
    pub async fn enqueue(&self, record: &Record) -> Result<Enqueued> {
        let plan = self.plan(record).await?;
        let commits = self.prepare(&plan).await?;
        let known = plan.jobs.iter().filter(|job| commits.contains_key(&job.id)).count() as u32;
        let (run, pools) = (record.run()?, pools(&plan, &record.manifest)?);
        let trace = self.trace_of(&record.id).await?;
        let pool = |spec: &JobSpec| pools.get(&kind(spec)).cloned().unwrap_or_default();
        let (mut episode, jobs) =
            to_queue(&run, (&record.manifest, trace), &plan.jobs, pool, |job| commits.get(job).cloned())?;
        if let Some(priority) = record.control.priority {
            episode.priority = priority;
        }
        // A person may have painted all that was left.
        if !jobs.is_empty() {
            self.queue.submit(episode, jobs).await?;
            self.apply(&run, record.control).await?;
        }
        Ok(Enqueued { plan, known })
    }

    async fn apply(&self, run: &EpisodeId, control: Control) -> Result<()> {
        match control.decision {
            Decision::Open => {}
            Decision::Paused => self.queue.pause(run).await?,
            Decision::Cancelled => self.queue.cancel(run).await?,
        }
        Ok(())
    }

    /// Writes the specifications that are not there, and finds the commits that are.
    async fn prepare(&self, plan: &Plan) -> Result<BTreeMap<JobId, Digest>> {
        // Collected: a future that borrows from the plan through a closure is not `Send`.
        let jobs: Vec<_> = plan.jobs.iter().map(|job| (job.id.clone(), job.spec.clone())).collect();
        let found = stream::iter(jobs).map(|(id, spec)| async move {
            let (_, bytes) = spec.to_json().map_err(|error| ServiceError::damaged(&id, error))?;
            let _: common::store::Create =
                self.store.put_if_absent(&layout::spec(&id), Bytes::from(bytes)).await?;
            let commit = self.commit_of(&id).await?;
            Ok::<_, ServiceError>(commit.map(|(digest, _)| (id, digest)))
        });
        found.buffer_unordered(AT_A_TIME).try_filter_map(|found| async { Ok(found) }).try_collect().await
    }

    /// The rates of the farm.
    pub(crate) async fn rates(&self) -> Result<Rates> {
        Ok(self.read_json(&layout::rates()).await?.unwrap_or_default())
    }
}

/// What decides who can paint a job: its model, and the format that must be read.
type Kind = (String, SpecFormat);

fn kind(spec: &JobSpec) -> Kind {
    (spec.model.clone(), spec.format)
}

/// The pool of the queue for each kind of job in a plan.
fn pools(plan: &Plan, manifest: &Manifest) -> Result<BTreeMap<Kind, Pool>> {
    let kinds: BTreeMap<Kind, &JobSpec> = plan.jobs.iter().map(|job| (kind(&job.spec), &job.spec)).collect();
    kinds.into_iter().map(|(kind, spec)| Ok((kind, pool(spec, manifest)?))).collect()
}

/// The pool of the queue whose workers can paint a job of an episode.
pub(super) fn pool(spec: &JobSpec, manifest: &Manifest) -> Result<Pool> {
    let label: ModelLabel = spec.model.parse().map_err(|error| ServiceError::damaged("model", error))?;
    label.pool(&manifest.base_pool(), spec.format).map_err(|error| ServiceError::invalid(error.to_string()))
}

/// The name in the queue of a job of a plan.
pub(super) fn key(run: &EpisodeId, index: u32) -> JobKey {
    JobKey { episode: run.clone(), index }
}
