//! The end of a job: its commit, and what the queue is told.

use bytes::Bytes;
use common::Digest;
use common::farm::{Checkpoint, Commit, Format, JobId, Pace, UnusableReference, layout};
use common::queue::{Completion, Held};
use common::store::{FrameStore, StoreErrorKind};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::error::JobError;
use super::fetch::{is_whole, retried};
use super::lease::Lease;
use super::prepare::Ready;
use super::shared::Shared;

/// Objects looked at at a time.
const AT_A_TIME: usize = 8;

/// The digest of a job's commit, if it has one.
pub(super) async fn existing(store: &dyn FrameStore, job: &JobId) -> Result<Option<Digest>, JobError> {
    let key = layout::commit(job);
    let bytes = match retried(|| store.get(&key)).await {
        Err(error) if error.kind() == StoreErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    Commit::from_json(&bytes).map_err(|error| {
        JobError::permanent(format!("{key}: no commit ({error}); remove it, then requeue the job"))
    })?;
    Ok(Some(Digest::of(&bytes)))
}

/// Makes sure that everything lies in the store, and creates the commit if there is none; gives the digest of the one that
/// counts.
pub(super) async fn create(
    shared: &Shared,
    ready: &Ready,
    finished: Vec<Checkpoint>,
    (unusable, pace): (Vec<UnusableReference>, Option<Pace>),
) -> Result<Digest, JobError> {
    let commit = Commit { unusable, pace, ..assemble(shared, ready, finished) };
    verify(shared.store.as_ref(), &commit).await?;
    let (digest, bytes) = commit
        .to_json()
        .map_err(|error| JobError::permanent(format!("the commit cannot be written: {error}")))?;
    let key = layout::commit(&ready.id);
    let content = Bytes::from(bytes);
    // Whoever created it, and however often it was tried: what lies there now is what counts.
    let _ = retried(|| shared.store.put_if_absent(&key, content.clone())).await?;
    let winner = existing(shared.store.as_ref(), &ready.id).await?;
    let winner = winner.ok_or_else(|| JobError::transient(format!("{key}: was created and is gone")))?;
    if winner != digest {
        tracing::info!("another attempt has committed the job first");
    }
    Ok(winner)
}

fn assemble(shared: &Shared, ready: &Ready, finished: Vec<Checkpoint>) -> Commit {
    let (mut drawings, mut failed) = (Vec::new(), Vec::new());
    for checkpoint in finished {
        match checkpoint {
            Checkpoint::Painted { drawing, .. } => drawings.push(drawing),
            Checkpoint::Failed(drawing) => failed.push(drawing),
        }
    }
    Commit {
        format: Format,
        job: ready.id.clone(),
        episode: ready.episode(),
        token: ready.lease.output.clone(),
        worker: shared.options.id.clone(),
        drawings,
        failed,
        unusable: Vec::new(),
        pace: None,
    }
}

async fn verify(store: &dyn FrameStore, commit: &Commit) -> Result<(), JobError> {
    let outputs = commit.drawings.iter().flat_map(|drawing| [&drawing.painted, &drawing.sidecar]);
    let check = |output| async move {
        let key = commit.key_of(output);
        if is_whole(store, &key, output).await? {
            return Ok(());
        }
        Err(JobError::transient(format!(
            "{key}: is not what was uploaded; does another program write there?"
        )))
    };
    let checks: Vec<_> = outputs.map(check).collect();
    stream::iter(checks).buffer_unordered(AT_A_TIME).try_collect().await
}

/// Tells the queue that a job is done. If that fails, the reconciler finds the commit.
pub(super) async fn complete(shared: &Shared, lease: &Lease, commit: &Digest) {
    let session = &shared.session;
    let is_stale = |answer: &Completion| *answer == Completion::Stale;
    let ask = |held: Held| async move { session.queue().complete(&held, commit).await };
    match session.ask(lease, is_stale, ask).await {
        Some(Completion::Done | Completion::Repeat) => tracing::info!("done"),
        Some(Completion::Cancelled) => tracing::info!("done, but cancelled"),
        Some(Completion::Stale) | None => {
            tracing::warn!("committed; the queue finds it when it is reconciled");
        }
    }
}
