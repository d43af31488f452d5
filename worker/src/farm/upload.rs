//! What is painted goes to the store, and then to the queue's record.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use bytes::Bytes;
use common::Digest;
use common::farm::{Checkpoint, CommittedDrawing, Output, layout, sidecar_name};
use common::queue::{Checkpointed, Held};
use futures::future::try_join;

use super::error::JobError;
use super::fetch::retried;
use super::lease::{Lease, Verdict};
use super::metrics::{Outcome, Step};
use super::prepare::Ready;
use super::shared::Shared;
use crate::sidecar::Sidecar;

/// The drawings of an attempt that are finished, and how many of them the queue knows.
pub(super) struct Progress<'a> {
    shared: &'a Shared,
    ready: &'a Ready,
    /// By position in the job.
    finished: BTreeMap<usize, Checkpoint>,
}

impl<'a> Progress<'a> {
    /// Goes on behind what earlier attempts have finished.
    pub fn new(shared: &'a Shared, ready: &'a Ready) -> Self {
        let finished = ready.done.iter().cloned().enumerate().collect();
        Self { shared, ready, finished }
    }

    /// All drawings of the job in order, if all are finished.
    pub fn complete(self) -> Option<Vec<Checkpoint>> {
        let all = self.finished.len() == self.ready.spec.targets.len();
        all.then(|| self.finished.into_values().collect())
    }

    /// Uploads a painted drawing and its sidecar. `None` when the lease is over.
    pub async fn painted(&mut self, key: &str) -> Result<Option<()>, JobError> {
        let (name, began) = (self.ready.spec.output.name_of(key), Instant::now());
        let (file, beside) = (self.ready.out().join(&name), sidecar_name(&name));
        let sidecar = Sidecar::path(&file);
        let (painted, sidecar) = try_join(self.upload(&name, &file), self.upload(&beside, &sidecar)).await?;
        let (Some(painted), Some(sidecar)) = (painted, sidecar) else { return Ok(None) };
        let review = Sidecar::read(&file).map_or(0, |sidecar| sidecar.to_review().len() as u32);
        let drawing = CommittedDrawing { key: key.to_owned(), painted, sidecar, review };
        let token = self.ready.lease.output.clone();
        let recorded = self.finish(key, Checkpoint::Painted { token, drawing }).await;
        self.shared.metrics.step(&self.ready.spec.model, Step::Upload, began.elapsed());
        Ok(recorded)
    }

    /// Notes that a drawing has come to its end, and records all up to the first that has not. `None` when the lease is
    /// over.
    pub async fn finish(&mut self, key: &str, checkpoint: Checkpoint) -> Option<()> {
        let Ready { spec, show, .. } = self.ready;
        let position = spec.targets.iter().position(|target| target.key == key)?;
        let outcome = match checkpoint {
            Checkpoint::Painted { .. } => Outcome::Painted,
            Checkpoint::Failed(_) => Outcome::Failed,
        };
        self.finished.insert(position, checkpoint);
        self.record().await?;
        self.shared.metrics.drawing(show.as_ref(), &spec.model, outcome);
        Some(())
    }

    /// Records what the queue does not know yet; that may be more than before, when it has lost its memory.
    async fn record(&self) -> Option<()> {
        let lease: &Lease = &self.ready.lease;
        let queue = self.shared.session.queue();
        while let Some(checkpoint) = self.finished.get(&lease.recorded()) {
            let position = lease.recorded();
            if (0..position).any(|earlier| !self.finished.contains_key(&earlier)) {
                break;
            }
            let content = serde_json::to_string(checkpoint).ok()?;
            let is_stale = |answer: &Checkpointed| *answer == Checkpointed::Stale;
            let ask = |held: Held| {
                let content = &content;
                async move {
                    // After a change of the token the position may be another one.
                    if lease.recorded() != position {
                        return Ok(Checkpointed::Recorded);
                    }
                    let answer = queue.checkpoint(&held, position as u32, content).await?;
                    if answer == Checkpointed::Recorded {
                        lease.record(&held, position);
                    }
                    Ok(answer)
                }
            };
            if self.shared.session.ask(lease, is_stale, ask).await? == Checkpointed::Stale {
                lease.tell(Verdict::Lost);
                return None;
            }
        }
        Some(())
    }

    async fn upload(&self, name: &str, file: &Path) -> Result<Option<Output>, JobError> {
        let content = Bytes::from(tokio::fs::read(file).await?);
        let (ready, store) = (self.ready, &self.shared.store);
        let key = layout::output(&ready.episode(), &ready.id, &ready.lease.output, name);
        let size = content.len() as u64;
        let put = || retried(|| store.put(&key, content.clone()));
        let Some(digest) = ready.lease.guarded(put).await else { return Ok(None) };
        let digest: Digest = digest?;
        Ok(Some(Output { name: name.to_owned(), digest, size }))
    }
}
