//! Files that are published.

use std::collections::BTreeSet;

use bytes::Bytes;
use common::Digest;
use common::farm::{layout, sidecar_name};
use common::ids::EpisodeId;
use common::store::StoreErrorKind;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::error::{Result, ServiceError};
use super::{AT_A_TIME, Service};
use crate::api::{FileList, FileView};

impl Service {
    /// Published files of an episode by name, after the name `after`. A page may hold fewer than there are to come.
    ///
    /// # Errors
    /// When there is no such episode, or the store fails.
    pub async fn files(&self, id: &EpisodeId, after: Option<&str>, limit: u32) -> Result<FileList> {
        let record = self.record(id).await?;
        let plan = self.plan(&record).await?;
        let manifest = &record.manifest;
        let drawings = manifest.clips.iter().flat_map(|clip| &clip.drawings);
        let names: BTreeSet<String> = drawings
            .flat_map(|drawing| {
                let painted = manifest.output.name_of(&drawing.key);
                let sidecar = plan.by_key.contains_key(&drawing.key).then(|| sidecar_name(&painted));
                std::iter::once(painted).chain(sidecar)
            })
            .collect();
        let rest = names.into_iter().filter(|name| after.is_none_or(|after| name.as_str() > after));
        let mut rest = rest.peekable();
        let page: Vec<String> = rest.by_ref().take(limit as usize).collect();
        let next = rest.peek().and_then(|_| page.last().cloned());
        let views = stream::iter(page).map(|name| self.file_view(id, name));
        let files = views.buffered(AT_A_TIME).try_filter_map(|view| async { Ok(view) }).try_collect().await?;
        Ok(FileList { files, next })
    }

    async fn file_view(&self, id: &EpisodeId, name: String) -> Result<Option<FileView>> {
        let key = layout::published(id, &name);
        let Some(info) = self.store.head(&key).await? else { return Ok(None) };
        let digest = match info.digest {
            Some(digest) => digest,
            // Somebody else wrote it there.
            None => Digest::of(&self.store.get(&key).await?),
        };
        Ok(Some(FileView { name, size: info.size, digest }))
    }

    /// The content of a published file.
    ///
    /// # Errors
    /// When there is no such episode or file, or the store fails.
    pub async fn file(&self, id: &EpisodeId, name: &str) -> Result<Bytes> {
        let none = || ServiceError::NotFound(format!("file {name}: not published for episode {id}"));
        self.store.get(&layout::published(id, name)).await.map_err(|error| match error.kind() {
            StoreErrorKind::NotFound => none(),
            _ => error.into(),
        })
    }
}
