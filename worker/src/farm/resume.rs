//! What earlier attempts at a job have finished.

use common::farm::{Checkpoint, CommittedDrawing, JobId, JobSpec, layout};
use common::ids::EpisodeId;
use common::queue::Token;
use common::store::{FrameStore, StoreErrorKind};

use super::error::JobError;
use super::fetch::{is_whole, retried};

/// The drawings at the start of a job that need not be painted, under the prefix of this attempt: its files are all of one
/// attempt. The first one whose files are not what its checkpoint says ends them.
pub(super) async fn resume(
    store: &dyn FrameStore,
    (episode, job, ours): (&EpisodeId, &JobId, &Token),
    spec: &JobSpec,
    checkpoints: &[String],
) -> Result<Vec<Checkpoint>, JobError> {
    let mut done = Vec::new();
    for (target, text) in spec.targets.iter().zip(checkpoints) {
        let Ok(checkpoint) = serde_json::from_str::<Checkpoint>(text) else { break };
        if checkpoint.key() != target.key {
            break;
        }
        if let Checkpoint::Painted { token, drawing } = &checkpoint
            && !take_over(store, (episode, job), (token, ours), drawing).await?
        {
            tracing::warn!(drawing.id = %target.key, "an earlier attempt's files are gone or damaged; painted again");
            break;
        }
        done.push(checkpoint);
    }
    Ok(done)
}

/// Copies the files of a drawing to our prefix; gives whether they were whole.
async fn take_over(
    store: &dyn FrameStore,
    (episode, job): (&EpisodeId, &JobId),
    (theirs, ours): (&Token, &Token),
    drawing: &CommittedDrawing,
) -> Result<bool, JobError> {
    for output in [&drawing.painted, &drawing.sidecar] {
        let from = layout::output(episode, job, theirs, &output.name);
        let to = layout::output(episode, job, ours, &output.name);
        if !is_whole(store, &from, output).await? {
            return Ok(false);
        }
        match retried(|| store.copy(&from, &to)).await {
            Err(error) if error.kind() == StoreErrorKind::NotFound => return Ok(false),
            other => other?,
        }
    }
    Ok(true)
}
