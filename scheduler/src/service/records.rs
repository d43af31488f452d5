//! What the store says of an episode.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use bytes::Bytes;
use common::Digest;
use common::farm::{Commit, Control, Decision, Finished, Format, JobId, Manifest, Trace, layout};
use common::ids::EpisodeId;
use common::store::{Create, StoreErrorKind, StoreKey, StorePrefix};
use common::trace::TraceContext;
use serde::de::DeserializeOwned;

use super::Service;
use super::error::{Result, ServiceError};

/// Manifests kept in memory, at most.
const SEEN: usize = 64;

/// An episode as the store has it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id.
    pub id: EpisodeId,
    /// Version of its manifest, from 1.
    pub revision: u32,
    /// The manifest of that version.
    pub manifest: Manifest,
    /// What people have decided about it.
    pub control: Control,
    /// That it is finished, if this version is.
    pub finished: Option<Finished>,
}

impl Record {
    /// Its name in the queue: each version is an episode of its own there.
    ///
    /// # Errors
    /// When the id leaves no room, which none that this program makes does.
    pub fn run(&self) -> Result<EpisodeId> {
        run(&self.id, self.revision)
    }

    /// Whether the queue needs it no more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.finished.is_some() || self.control.decision == Decision::Cancelled
    }
}

/// The name in the queue of a version of an episode.
pub(super) fn run(id: &EpisodeId, revision: u32) -> Result<EpisodeId> {
    if revision <= 1 {
        return Ok(id.clone());
    }
    format!("{id}-r{revision}").parse().map_err(|error| ServiceError::damaged(id, error))
}

/// The episode that a name in the queue is a version of.
pub(crate) fn episode_of(run: &EpisodeId) -> EpisodeId {
    let split = run.as_str().rsplit_once("-r");
    let id = split.filter(|(_, number)| number.parse::<u32>().is_ok_and(|number| number > 1));
    id.and_then(|(id, _)| id.parse().ok()).unwrap_or_else(|| run.clone())
}

impl Service {
    /// Every episode in the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all_episodes(&self) -> Result<Vec<EpisodeId>> {
        let prefix: StorePrefix =
            "episodes/".parse().map_err(|error| ServiceError::damaged("episodes/", error))?;
        let (mut ids, mut after): (Vec<EpisodeId>, Option<StoreKey>) = (Vec::new(), None);
        loop {
            let page = self.store.list(&prefix, after.as_ref(), common::store::PAGE).await?;
            let manifests = page.entries.iter().filter_map(|entry| {
                entry.key.as_str().strip_prefix("episodes/")?.strip_suffix("/manifest.json")?.parse().ok()
            });
            ids.extend(manifests);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(ids),
            }
        }
    }

    /// An episode.
    ///
    /// # Errors
    /// When there is none of this id, or the store cannot be read.
    pub async fn record(&self, id: &EpisodeId) -> Result<Record> {
        let none =
            || ServiceError::NotFound(format!("episode {id}: there is none; `shiage status` lists them"));
        let (revision, manifest) = self.latest(id).await?.ok_or_else(none)?;
        let control = self.read(&layout::control(id), Control::from_json).await?.unwrap_or_default();
        let finished = self.read(&layout::finished(id), Finished::from_json).await?;
        let finished = finished.filter(|finished| finished.revision == revision);
        Ok(Record { id: id.clone(), revision, manifest: Manifest::clone(&manifest), control, finished })
    }

    /// The latest version of a manifest with its number; none if there is no such episode. Versions never change, so the
    /// search goes on from the last one that was seen.
    async fn latest(&self, id: &EpisodeId) -> Result<Option<(u32, Arc<Manifest>)>> {
        let seen = self.seen().get(id).cloned();
        let (mut latest, mut revision) = (seen, 1);
        if let Some((known, _)) = &latest {
            revision = known + 1;
        }
        while let Some(next) = self.read(&layout::revision(id, revision), Manifest::from_json).await? {
            (latest, revision) = (Some((revision, Arc::new(next))), revision + 1);
        }
        let mut seen = self.seen();
        if seen.len() >= SEEN {
            seen.clear();
        }
        if let Some(latest) = &latest {
            seen.insert(id.clone(), latest.clone());
        }
        Ok(latest)
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<EpisodeId, (u32, Arc<Manifest>)>> {
        self.manifests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trace that an episode was submitted in, if it was in one.
    pub(super) async fn trace_of(&self, id: &EpisodeId) -> Result<Option<TraceContext>> {
        let trace: Option<Trace> = self.read_json(&layout::trace(id)).await?;
        Ok(trace.map(|trace| trace.traceparent))
    }

    /// Writes down the trace that an episode is submitted in; the first one stays.
    pub(super) async fn write_trace(&self, id: &EpisodeId, traceparent: TraceContext) -> Result<()> {
        let (key, trace) = (layout::trace(id), Trace { format: Format, traceparent });
        let bytes = serde_json::to_vec(&trace).map_err(|error| ServiceError::damaged(&key, error))?;
        let _: Create = self.store.put_if_absent(&key, Bytes::from(bytes)).await?;
        Ok(())
    }

    /// The commit of a job, and its digest, which the queue is told.
    ///
    /// # Errors
    /// When the store cannot be read, or what lies there is no commit.
    pub async fn commit_of(&self, job: &JobId) -> Result<Option<(Digest, Commit)>> {
        let digested = |bytes: &[u8]| Commit::from_json(bytes).map(|commit| (Digest::of(bytes), commit));
        self.read(&layout::commit(job), digested).await
    }

    /// Reads a document; none if there is none.
    pub(super) async fn read<T, E: std::fmt::Display>(
        &self,
        key: &StoreKey,
        parse: impl FnOnce(&[u8]) -> std::result::Result<T, E>,
    ) -> Result<Option<T>> {
        match self.store.get(key).await {
            Ok(bytes) => parse(&bytes).map(Some).map_err(|error| ServiceError::damaged(key, error)),
            Err(error) if error.kind() == StoreErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a document in JSON; none if there is none.
    pub(crate) async fn read_json<T: DeserializeOwned>(&self, key: &StoreKey) -> Result<Option<T>> {
        self.read(key, |bytes| serde_json::from_slice(bytes)).await
    }

    /// Writes a manifest unless that version is there. Gives whether it is this one that is there now.
    pub(super) async fn write_manifest(&self, key: &StoreKey, manifest: &Manifest) -> Result<Create> {
        let bytes = manifest.to_json().map_err(|error| ServiceError::damaged(key, error))?;
        Ok(self.store.put_if_absent(key, Bytes::from(bytes)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_names_of_their_own() {
        let id: EpisodeId = "e1".parse().unwrap();
        assert_eq!(run(&id, 1).unwrap(), id);
        assert_eq!(run(&id, 3).unwrap().as_str(), "e1-r3");
        for (name, episode) in [("e1-r3", "e1"), ("e1", "e1"), ("e-rx", "e-rx"), ("e1-r1", "e1-r1")] {
            assert_eq!(episode_of(&name.parse().unwrap()).as_str(), episode);
        }
    }
}
