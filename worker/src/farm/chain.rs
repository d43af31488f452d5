//! What stands before a job that goes on with a run.

use bytes::Bytes;
use common::farm::{Blob, BlobReference, Commit, CommittedDrawing, JobId, JobSpec, SpecError, layout};
use common::store::{FrameStore, StoreErrorKind};

use super::error::JobError;
use super::fetch::{is_content, retried};

/// What stands before a job.
#[derive(Clone, Debug)]
pub(super) enum Before {
    /// The anchor, if there is one.
    Anchor,
    /// A drawing that an earlier job painted.
    Painted { key: String, line: Blob, sidecar: Bytes },
    /// A drawing that a person has corrected.
    Corrected(BlobReference),
}

/// Finds what stands before a job: the last painted drawing of the job that it continues; if that job painted nothing, what
/// stood before that one.
pub(super) async fn before(store: &dyn FrameStore, spec: &JobSpec) -> Result<Before, JobError> {
    let (mut continues, mut follows) = (spec.continues.clone(), spec.follows.clone());
    loop {
        let Some(job) = continues else {
            return Ok(follows.map_or(Before::Anchor, Before::Corrected));
        };
        let earlier = read_spec(store, &job).await?;
        let commit = read_commit(store, &job).await?;
        if let Some(last) = commit.drawings.last() {
            return painted(store, &job, &earlier, &commit, last).await;
        }
        (continues, follows) = (earlier.continues, earlier.follows);
    }
}

async fn painted(
    store: &dyn FrameStore,
    job: &JobId,
    spec: &JobSpec,
    commit: &Commit,
    last: &CommittedDrawing,
) -> Result<Before, JobError> {
    let target = spec.targets.iter().find(|target| target.key == last.key).ok_or_else(|| {
        JobError::permanent(format!(
            "{}: names {}, which is no drawing of that job; remove the commit and submit the episode again",
            layout::commit(job),
            last.key
        ))
    })?;
    let (line, key) = (target.line.clone(), commit.key_of(&last.sidecar));
    let sidecar = retried(|| store.get(&key))
        .await
        .map_err(|error| JobError::reading(format_args!("drawing before, {}", last.key), &error))?;
    if !is_content(&sidecar, &last.sidecar.digest, last.sidecar.size) {
        return Err(JobError::permanent(format!(
            "{key}: is not what {} promises; remove both and submit the episode again",
            layout::commit(job)
        )));
    }
    Ok(Before::Painted { key: last.key.clone(), line, sidecar })
}

/// Reads the spec of a job.
pub(super) async fn read_spec(store: &dyn FrameStore, job: &JobId) -> Result<JobSpec, JobError> {
    let key = layout::spec(job);
    let bytes = retried(|| store.get(&key)).await.map_err(|error| JobError::reading("spec", &error))?;
    JobSpec::from_json(job, &bytes).map_err(|error| match error {
        SpecError::Later { .. } => JobError::transient(error.to_string()),
        SpecError::OtherJob { .. } | SpecError::Unknown { .. } => JobError::permanent(error.to_string()),
    })
}

/// Reads the commit of a job that must have one.
async fn read_commit(store: &dyn FrameStore, job: &JobId) -> Result<Commit, JobError> {
    let key = layout::commit(job);
    let bytes = retried(|| store.get(&key)).await.map_err(|error| match error.kind() {
        // The queue says that it is done: the commit may be on its way.
        StoreErrorKind::NotFound => JobError::transient(format!("the job before is not committed: {error}")),
        _ => JobError::from(error),
    })?;
    Commit::from_json(&bytes).map_err(|error| {
        JobError::permanent(format!("{key}: no commit ({error}); remove it and submit the episode again"))
    })
}
