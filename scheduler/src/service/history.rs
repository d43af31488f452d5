//! What people have corrected, and how it is taken back.

use std::sync::{Arc, PoisonError};
use std::time::SystemTime;

use common::farm::manifest::ManifestDrawing;
use common::farm::{Blob, Manifest, layout};
use common::ids::EpisodeId;

use super::Service;
use super::error::{Result, ServiceError};
use crate::api::Submitted;

/// Episodes whose versions are remembered, at most.
const KEPT: usize = 64;

/// A version of an episode in which a drawing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The version.
    pub revision: u32,
    /// When it was made, if the store tells.
    pub at: Option<SystemTime>,
    /// The painted drawing from then on; none where the farm paints it.
    pub painted: Option<Blob>,
}

/// What each version of an episode has changed: they never change themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Versions {
    /// The last version that was looked at, and the manifest of it.
    last: Option<(u32, Arc<Manifest>)>,
    began: Option<SystemTime>,
    /// Keys of drawings with how they were before, and the change.
    changes: Vec<(String, Option<Blob>, Change)>,
}

impl Versions {
    /// Takes in the next version.
    fn add(&mut self, revision: u32, manifest: Manifest, at: Option<SystemTime>) {
        match &self.last {
            None => self.began = at,
            Some((_, before)) => {
                let pairs = drawings(before).zip(drawings(&manifest));
                let changed = pairs.filter(|(before, now)| before.painted != now.painted);
                self.changes.extend(changed.map(|(before, now)| {
                    let change = Change { revision, at, painted: now.painted.clone() };
                    (now.key.clone(), before.painted.clone(), change)
                }));
            }
        }
        self.last = Some((revision, Arc::new(manifest)));
    }

    /// How a drawing was in each version that changed it, the latest first.
    fn of(&self, now: &ManifestDrawing) -> Vec<Change> {
        let own = || self.changes.iter().filter(|(key, ..)| *key == now.key);
        let first = own().next().map_or_else(|| now.painted.clone(), |(_, before, _)| before.clone());
        let first = Change { revision: 1, at: self.began, painted: first };
        let mut changes: Vec<Change> =
            std::iter::once(first).chain(own().map(|(.., change)| change.clone())).collect();
        changes.reverse();
        changes
    }
}

fn drawings(manifest: &Manifest) -> impl Iterator<Item = &ManifestDrawing> {
    manifest.clips.iter().flat_map(|clip| &clip.drawings)
}

impl Service {
    /// How a drawing was in each version of the episode that changed it, the latest first.
    ///
    /// # Errors
    /// When there is no such episode or drawing, or the store fails.
    pub async fn history(&self, id: &EpisodeId, key: &str) -> Result<Vec<Change>> {
        let record = self.record(id).await?;
        let now = drawing(&record.manifest, key)?;
        Ok(self.versions(id, record.revision).await?.of(now))
    }

    /// What the versions of an episode have changed; those that were not looked at before are read.
    async fn versions(&self, id: &EpisodeId, revision: u32) -> Result<Versions> {
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        let versions = versions.get_or_insert_default();
        let seen = versions.last.as_ref().map_or(0, |(revision, _)| *revision);
        for next in seen + 1..=revision {
            let key = layout::revision(id, next);
            let Some(manifest) = self.read(&key, Manifest::from_json).await? else { break };
            let at = self.store.head(&key).await?.map(|info| info.modified);
            versions.add(next, manifest, at);
        }
        let mut kept = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(id.clone(), versions.clone());
        Ok(versions.clone())
    }

    /// Makes a drawing again what it was in an earlier version: as corrected then, or as the farm paints it. What follows
    /// from it follows again; what was painted so before is found painted.
    ///
    /// # Errors
    /// When there is no such episode, drawing or version, it is cancelled, or queue or store fail.
    pub async fn restore(&self, id: &EpisodeId, key: &str, revision: u32) -> Result<Submitted> {
        let version = layout::revision(id, revision);
        let none = || ServiceError::NotFound(format!("episode {id}: it has no version {revision}"));
        let earlier = self.read(&version, Manifest::from_json).await?.ok_or_else(none)?;
        let earlier = drawing(&earlier, key)?.clone();
        self.change(id, &[], |manifest| {
            let (clip, place) = manifest.find(key).ok_or_else(|| unknown(key))?;
            manifest.clips[clip].drawings[place] = earlier.clone();
            Ok(())
        })
        .await
    }
}

fn drawing<'a>(manifest: &'a Manifest, key: &str) -> Result<&'a ManifestDrawing> {
    let (clip, place) = manifest.find(key).ok_or_else(|| unknown(key))?;
    Ok(&manifest.clips[clip].drawings[place])
}

pub(super) fn unknown(key: &str) -> ServiceError {
    ServiceError::NotFound(format!("drawing {key}: the episode has none of this key"))
}
