//! From a claim to a job that can be painted: its spec, its drawings, and what is finished of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use cel::{AlphaRule, FileKind};
use common::farm::{Alpha, Blob, BlobReference, Checkpoint, JobId, JobSpec, Payload, UnusableReference};
use common::ids::{EpisodeId, Show};
use common::queue::Grant;
use common::{Drawing, Job, Reference};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tempfile::TempDir;
use tracing::Span;

use super::chain::{self, Before};
use super::error::JobError;
use super::lease::Lease;
use super::metrics::Step;
use super::model::FarmModel;
use super::resume::resume;
use super::shared::Shared;
use crate::engine::Engine;
use crate::pipeline::{Failure, Settings};
use crate::sidecar::Sidecar;

/// Drawings fetched at a time for one job.
const AT_A_TIME: usize = 8;

/// A job that can be painted.
pub(super) struct Ready {
    pub lease: Arc<Lease>,
    pub id: JobId,
    pub show: Option<Show>,
    /// The span of its log.
    pub span: Span,
    /// When it was claimed.
    pub claimed: Instant,
    pub spec: JobSpec,
    pub engine: Arc<dyn Engine>,
    /// What is left of it.
    pub job: Job,
    /// What earlier attempts have finished: the first targets of the spec.
    pub done: Vec<Checkpoint>,
    /// Names of the references by their files.
    names: HashMap<PathBuf, String>,
    folder: TempDir,
}

impl Ready {
    pub fn episode(&self) -> EpisodeId {
        self.lease.key().episode
    }

    /// Folder of what is painted.
    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub fn settings(&self) -> Settings {
        let alpha = match self.spec.alpha {
            Alpha::Composite => AlphaRule::Composite,
            Alpha::Reference => AlphaRule::Reference,
        };
        let (output, rules) = (self.spec.output, self.spec.rules.clone());
        Settings { alpha, output, rules, ..Settings::new(self.out()) }
    }

    /// A reference that cannot be used, as the commit tells it.
    pub fn unusable(&self, failure: Failure) -> UnusableReference {
        let name = self.names.get(&failure.path).cloned().unwrap_or_default();
        UnusableReference { name, error: failure.error }
    }
}

/// Reads the payload of a claim.
pub(super) fn payload(grant: &Grant) -> Result<Payload, JobError> {
    serde_json::from_str(&grant.payload).map_err(|error| {
        JobError::permanent(format!(
            "the payload is not understood ({error}); do all processes run the same version?"
        ))
    })
}

/// Fetches everything that a job is painted from.
pub(super) async fn prepare(
    shared: &Shared,
    lease: &Arc<Lease>,
    payload: Payload,
    checkpoints: &[String],
) -> Result<Ready, JobError> {
    let (store, claimed) = (shared.store.as_ref(), Instant::now());
    let spec = chain::read_spec(store, &payload.job).await?;
    let engine = Arc::clone(model(&shared.models, &spec)?.engine(spec.alpha));
    let episode = lease.key().episode;
    let done = resume(store, (&episode, &payload.job, &lease.output), &spec, checkpoints).await?;
    let before = before(shared, lease, &payload.job, &spec, &done).await?;
    let folder = shared.work_dir.job()?;
    let mut fetching = Fetching { folder: folder.path(), wanted: Vec::new(), names: HashMap::new() };
    let job = fetching.job(&payload.clip, &spec, done.len(), before)?;
    let Fetching { wanted, names, .. } = fetching;
    let fetch = |(blob, path): (Blob, PathBuf)| async move { shared.blobs.fetch(store, &blob, path).await };
    let fetches: Vec<_> = wanted.into_iter().map(fetch).collect();
    stream::iter(fetches).buffer_unordered(AT_A_TIME).try_collect::<()>().await?;
    shared.metrics.step(&spec.model, Step::Fetch, claimed.elapsed());
    let (lease, Payload { job: id, show, .. }, span) = (Arc::clone(lease), payload, Span::current());
    Ok(Ready { lease, id, show, span, claimed, spec, engine, job, done, names, folder })
}

fn model<'a>(models: &'a [FarmModel], spec: &JobSpec) -> Result<&'a FarmModel, JobError> {
    let named = models.iter().find(|model| model.label().to_string() == spec.model);
    // Its pool had this model, so this is a worker of another version, or a job that was put into a wrong pool.
    named.ok_or_else(|| {
        let known: Vec<String> = models.iter().map(|model| model.label().to_string()).collect();
        JobError::transient(format!("model {}: this worker has {}", spec.model, known.join(", ")))
    })
}

/// What stands before the first target that is left.
async fn before(
    shared: &Shared,
    lease: &Lease,
    job: &JobId,
    spec: &JobSpec,
    done: &[Checkpoint],
) -> Result<Before, JobError> {
    let store = shared.store.as_ref();
    if !spec.carry {
        return Ok(Before::Anchor);
    }
    let painted = done.iter().zip(&spec.targets).rev().find_map(|(checkpoint, target)| match checkpoint {
        Checkpoint::Painted { drawing, .. } => Some((drawing, target)),
        Checkpoint::Failed(_) => None,
    });
    let Some((drawing, target)) = painted else { return chain::before(store, spec).await };
    let episode = lease.key().episode;
    let key = common::farm::layout::output(&episode, job, &lease.output, &drawing.sidecar.name);
    let sidecar = super::fetch::retried(|| store.get(&key)).await?;
    Ok(Before::Painted { key: drawing.key.clone(), line: target.line.clone(), sidecar })
}

/// The files of a job as they are listed.
struct Fetching<'a> {
    folder: &'a Path,
    wanted: Vec<(Blob, PathBuf)>,
    names: HashMap<PathBuf, String>,
}

impl Fetching<'_> {
    /// The job with files in place of blobs, without the targets that are done.
    fn job(&mut self, clip: &str, spec: &JobSpec, done: usize, before: Before) -> Result<Job, JobError> {
        let anchor = spec.anchor.as_ref().map(|anchor| self.reference(anchor)).transpose()?;
        let before = match before {
            Before::Anchor => None,
            Before::Corrected(reference) => Some(common::Before::Corrected(self.reference(&reference)?)),
            Before::Painted { key, line, sidecar } => {
                let file = self.folder.join("before.segments.json");
                check_sidecar(&key, &sidecar)?;
                std::fs::write(&file, &sidecar)?;
                Some(common::Before::Painted { key, line: self.file(&line)?, sidecar: file })
            }
        };
        let sheets = spec.sheets.iter().map(|sheet| self.reference(sheet)).collect::<Result<_, _>>()?;
        let left = spec.targets.iter().skip(done);
        let targets = left
            .map(|target| Ok(Drawing { key: target.key.clone(), line: self.file(&target.line)? }))
            .collect::<Result<_, JobError>>()?;
        Ok(Job { clip: clip.to_owned(), anchor, before, carry: spec.carry, sheets, targets })
    }

    fn reference(&mut self, reference: &BlobReference) -> Result<Reference, JobError> {
        let (line, painted) = (self.file(&reference.line)?, self.file(&reference.painted)?);
        for path in [&line, &painted] {
            self.names.insert(path.clone(), reference.name.clone());
        }
        Ok(Reference { name: reference.name.clone(), line, painted })
    }

    /// Lists a file. Each has a path of its own, so that a failure tells whose it is.
    fn file(&mut self, blob: &Blob) -> Result<PathBuf, JobError> {
        let kind = FileKind::from_path(Path::new(&blob.name)).ok_or_else(|| {
            JobError::permanent(format!("drawing {:?}: neither PNG nor TGA by its name", blob.name))
        })?;
        let path = self.folder.join(format!("{}.{}", self.wanted.len(), kind.extension()));
        self.wanted.push((blob.clone(), path.clone()));
        Ok(path)
    }
}

fn check_sidecar(key: &str, bytes: &[u8]) -> Result<(), JobError> {
    serde_json::from_slice::<Sidecar>(bytes).map(|_| ()).map_err(|error| {
        JobError::permanent(format!(
            "drawing before, {key}: its sidecar is not understood ({error}); do all workers run the same version?"
        ))
    })
}
