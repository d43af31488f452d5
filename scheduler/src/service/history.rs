//! What people have corrected, and how it is taken back.

use std::time::SystemTime;

use common::farm::manifest::ManifestDrawing;
use common::farm::{Blob, Manifest, layout};
use common::ids::EpisodeId;

use super::Service;
use super::error::{Result, ServiceError};
use crate::api::Submitted;

/// Versions of an episode that are looked through, at most: the latest ones.
const VERSIONS: u32 = 200;

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

impl Service {
    /// How a drawing was in each version of the episode that changed it, the latest first.
    ///
    /// # Errors
    /// When there is no such episode or drawing, or the store fails.
    pub async fn history(&self, id: &EpisodeId, key: &str) -> Result<Vec<Change>> {
        let record = self.record(id).await?;
        drawing(&record.manifest, key)?;
        let first = record.revision.saturating_sub(VERSIONS).max(1);
        let mut changes: Vec<Change> = Vec::new();
        for revision in first..=record.revision {
            let version = layout::revision(id, revision);
            let Some(manifest) = self.read(&version, Manifest::from_json).await? else { continue };
            let painted = drawing(&manifest, key)?.painted.clone();
            if changes.last().is_none_or(|last| last.painted != painted) {
                let at = self.store.head(&version).await?.map(|info| info.modified);
                changes.push(Change { revision, at, painted });
            }
        }
        changes.reverse();
        Ok(changes)
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
