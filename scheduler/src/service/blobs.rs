//! Uploads.

use bytes::Bytes;
use common::Digest;
use common::farm::{Blob, Manifest, layout};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::error::{Result, ServiceError};
use super::{AT_A_TIME, Service};

impl Service {
    /// Which of these files the store does not have.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn missing(&self, digests: &[Digest]) -> Result<Vec<Digest>> {
        let heads = stream::iter(digests.iter().cloned()).map(|digest| async move {
            let there = self.store.head(&layout::blob(&digest)).await?.is_some();
            Ok::<_, ServiceError>((!there).then_some(digest))
        });
        heads.buffered(AT_A_TIME).try_filter_map(|missing| async { Ok(missing) }).try_collect().await
    }

    /// Takes a file in.
    ///
    /// # Errors
    /// When the content is not that of the digest, or the store cannot be written.
    pub async fn put_blob(&self, digest: &Digest, content: Bytes) -> Result<()> {
        let found = digest_of(content.clone()).await?;
        if found != *digest {
            let message = format!("file {digest}: what arrived has the digest {found}; send it again");
            return Err(ServiceError::invalid(message));
        }
        self.store.put(&layout::blob(digest), content).await?;
        Ok(())
    }

    /// Makes sure that every file of a manifest is there, at the size it says.
    pub(super) async fn check_blobs(&self, manifest: &Manifest) -> Result<()> {
        self.check_these(blobs(manifest).collect()).await
    }

    /// Makes sure that these files are there, at the size they say.
    pub(super) async fn check_these(&self, mut blobs: Vec<&Blob>) -> Result<()> {
        blobs.sort_by(|a, b| a.digest.as_str().cmp(b.digest.as_str()));
        blobs.dedup_by(|a, b| a.digest == b.digest);
        let checks = stream::iter(blobs.into_iter().cloned()).map(|blob| self.blob_fault(blob));
        let faults: Vec<Option<String>> = checks.buffered(AT_A_TIME).try_collect().await?;
        let details: Vec<String> = faults.into_iter().flatten().collect();
        if details.is_empty() {
            return Ok(());
        }
        Err(ServiceError::Invalid { message: "files of the episode are not uploaded".into(), details })
    }

    async fn blob_fault(&self, blob: Blob) -> Result<Option<String>> {
        let found = self.store.head(&layout::blob(&blob.digest)).await?.map(|info| info.size);
        Ok(match found {
            Some(size) if size == blob.size => None,
            Some(size) => Some(format!(
                "{} ({}): has {size} bytes, not {}; correct `size`",
                blob.name, blob.digest, blob.size
            )),
            None => Some(format!("{} ({}): not uploaded; upload it first", blob.name, blob.digest)),
        })
    }
}

/// The digest of a file. Long ones take a while to add up: other requests go on meanwhile.
pub(crate) async fn digest_of(content: Bytes) -> Result<Digest> {
    tokio::task::spawn_blocking(move || Digest::of(&content)).await.map_err(ServiceError::NoDigest)
}

/// Every file that a manifest names.
fn blobs(manifest: &Manifest) -> impl Iterator<Item = &Blob> {
    let sheets = manifest.sheets.values().flatten().flat_map(|sheet| [&sheet.line, &sheet.painted]);
    let drawings = manifest.clips.iter().flat_map(|clip| &clip.drawings);
    sheets.chain(drawings.flat_map(|drawing| std::iter::once(&drawing.line).chain(&drawing.painted)))
}
