//! A drawing is corrected by hand: it stays, and only what follows from it is painted anew.

use std::collections::HashSet;

use bytes::Bytes;
use common::farm::{Blob, Commit, CommittedDrawing, Decision, Format, JobId, Manifest, layout};
use common::ids::EpisodeId;
use common::queue::{QueueError, Token};
use common::store::Create;

use super::Service;
use super::enqueue::Plan;
use super::error::{Result, ServiceError};
use super::history::unknown;
use super::records::Record;
use crate::api::{Correction, Submitted};
use crate::episode::{Planned, derive};

/// The attempt in whose name commits are derived: no worker ever has this token.
const DERIVED: &str = "0:derived";
/// Times that somebody else may be faster.
const TRIES: u32 = 8;

impl Service {
    /// Makes a painted drawing of an episode a reference that stays. The episode gets a new version, whose jobs are those
    /// of the last one but for what follows from the drawing. Told again, nothing changes.
    ///
    /// # Errors
    /// When there is no such episode or drawing, the file is not uploaded, or queue or store fail.
    pub async fn correct(&self, id: &EpisodeId, correction: Correction) -> Result<Submitted> {
        self.change(id, &[&correction.painted], |manifest| corrected(manifest, &correction)).await
    }

    /// Changes the manifest of an episode, for which these files are needed: it gets a new version, unless the change
    /// changes nothing.
    pub(super) async fn change(
        &self,
        id: &EpisodeId,
        files: &[&Blob],
        change: impl Fn(&mut Manifest) -> Result<()>,
    ) -> Result<Submitted> {
        for _ in 0..TRIES {
            let record = self.record(id).await?;
            if record.control.decision == Decision::Cancelled {
                return Err(ServiceError::Conflict(format!("episode {id}: cancelled; submit it again")));
            }
            let mut manifest = record.manifest.clone();
            change(&mut manifest)?;
            if manifest == record.manifest {
                return self.submitted(&record, false).await;
            }
            self.check_these(files.to_vec()).await?;
            if let Some(next) = self.write_next(&record, manifest).await? {
                return self.go_over(&record, &next).await;
            }
        }
        let message = format!("episode {id}: many people correct it at once; try again");
        Err(ServiceError::Conflict(message))
    }

    /// Writes the version after this one; none if somebody else was faster.
    async fn write_next(&self, record: &Record, manifest: Manifest) -> Result<Option<Record>> {
        manifest.validate()?;
        let next = Record { revision: record.revision + 1, manifest, finished: None, ..record.clone() };
        // What the queue would refuse must not be written down.
        let (old, new) = (self.plan(record).await?, self.draft(&next.manifest).await?);
        // First: whoever sees the version finds there what need not be painted.
        self.derive_commits(&old, &new, &next).await?;
        let key = layout::revision(&next.id, next.revision);
        let created = self.write_manifest(&key, &next.manifest).await? == Create::Created;
        Ok(created.then_some(next))
    }

    /// Lets the next version take the place of one in the queue.
    async fn go_over(&self, record: &Record, next: &Record) -> Result<Submitted> {
        match self.queue.cancel(&record.run()?).await {
            Ok(()) | Err(QueueError::NoEpisode(_)) => {}
            Err(error) => return Err(error.into()),
        }
        self.submitted(next, true).await
    }

    async fn derive_commits(&self, old: &Plan, new: &Plan, next: &Record) -> Result<()> {
        let known: HashSet<&JobId> = old.jobs.iter().map(|job| &job.id).collect();
        for job in new.jobs.iter().filter(|job| !known.contains(&job.id)) {
            // A drawing that is still there was painted by the job that had it before.
            let before = job.spec.targets.first().and_then(|target| old.by_key.get(&target.key));
            if let Some(&before) = before {
                self.derive_commit(&old.jobs[before as usize], job, next).await?;
            }
        }
        Ok(())
    }

    async fn derive_commit(&self, before: &Planned, job: &Planned, next: &Record) -> Result<()> {
        let Some((_, commit)) = self.commit_of(&before.id).await? else { return Ok(()) };
        let Some(derived) = derive(&before.spec, &commit, &job.spec) else { return Ok(()) };
        let new = Commit {
            format: Format,
            job: job.id.clone(),
            episode: next.run()?,
            token: Token(DERIVED.into()),
            worker: commit.worker.clone(),
            drawings: derived.drawings,
            failed: derived.failed,
            unusable: commit.unusable.clone(),
            pace: None,
        };
        for drawing in &new.drawings {
            self.copy_outputs(&commit, &new, drawing).await?;
        }
        let (_, bytes) = new.to_json().map_err(|error| ServiceError::damaged(&job.id, error))?;
        let _: Create = self.store.put_if_absent(&layout::commit(&job.id), Bytes::from(bytes)).await?;
        Ok(())
    }

    async fn copy_outputs(&self, from: &Commit, to: &Commit, drawing: &CommittedDrawing) -> Result<()> {
        for output in [&drawing.painted, &drawing.sidecar] {
            self.store.copy(&from.key_of(output), &to.key_of(output)).await?;
        }
        Ok(())
    }
}

fn corrected(manifest: &mut Manifest, correction: &Correction) -> Result<()> {
    let (clip, place) = manifest.find(&correction.key).ok_or_else(|| unknown(&correction.key))?;
    let drawing = &mut manifest.clips[clip].drawings[place];
    // One that was given painted stays what others start from.
    drawing.corrected = !drawing.is_anchor();
    drawing.painted = Some(correction.painted.clone());
    Ok(())
}
