//! Uploaded drawings on the disk of the worker.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use common::Digest;
use common::farm::{Blob, layout};
use common::store::FrameStore;

use super::error::JobError;
use super::fetch::{is_content, retried};
use crate::files;
use crate::lru::Lru;
use crate::pipeline::CacheUse;

/// Fetched drawings by their content, bounded in bytes. A job has links to those that it uses, so that none goes while it
/// is needed.
#[derive(Clone, Debug)]
pub(super) struct BlobCache {
    folder: PathBuf,
    kept: Arc<Mutex<Lru<()>>>,
    found: Arc<[AtomicU64; 2]>,
}

impl BlobCache {
    /// A cache in an empty folder.
    pub fn new(folder: PathBuf, budget: u64) -> Self {
        Self { folder, kept: Arc::new(Mutex::new(Lru::new(budget))), found: Arc::default() }
    }

    /// How much it has saved so far.
    pub fn usage(&self) -> CacheUse {
        let [misses, hits] = [0, 1].map(|place: usize| self.found[place].load(Ordering::Relaxed));
        CacheUse { hits, misses, bytes: self.lock().bytes() }
    }

    /// Puts a drawing at `path`, from the disk if it is there, else from the store.
    pub async fn fetch(&self, store: &dyn FrameStore, blob: &Blob, path: PathBuf) -> Result<(), JobError> {
        let hit = self.lock().get(&blob.digest).is_some() && link(&self.file(&blob.digest), &path).is_ok();
        self.found[usize::from(hit)].fetch_add(1, Ordering::Relaxed);
        if hit {
            return Ok(());
        }
        let key = layout::blob(&blob.digest);
        let content = retried(|| store.get(&key))
            .await
            .map_err(|error| JobError::reading(format_args!("drawing {}", blob.name), &error))?;
        let (cache, blob) = (self.clone(), blob.clone());
        let keep = tokio::task::spawn_blocking(move || cache.keep(&blob, &content, &path));
        keep.await.map_err(|error| JobError::transient(format!("a drawing could not be kept: {error}")))?
    }

    fn keep(&self, blob: &Blob, content: &Bytes, path: &Path) -> Result<(), JobError> {
        if !is_content(content, &blob.digest, blob.size) {
            let Blob { digest, size, name } = blob;
            return Err(JobError::permanent(format!(
                "drawing {name}: blobs/{digest} is not what its name promises ({} bytes, expected {size}); upload \
                 it again, then requeue the job",
                content.len()
            )));
        }
        let file = self.file(&blob.digest);
        files::write_whole(&file, content)?;
        link(&file, path)?;
        let gone = self.lock().put(blob.digest.clone(), (), blob.size);
        for (digest, ()) in gone {
            // One that does not go is found and replaced when it is fetched again.
            let _ = std::fs::remove_file(self.file(&digest));
        }
        Ok(())
    }

    fn file(&self, digest: &Digest) -> PathBuf {
        self.folder.join(digest.as_str())
    }

    fn lock(&self) -> MutexGuard<'_, Lru<()>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A second name for a file, or a copy where the file system has none.
fn link(file: &Path, path: &Path) -> io::Result<()> {
    std::fs::hard_link(file, path).or_else(|_| std::fs::copy(file, path).map(|_| ()))
}

#[cfg(test)]
mod tests {
    use common::queue::FailureClass;
    use common::store::FsStore;

    use super::*;

    fn blob(content: &[u8]) -> Blob {
        Blob { digest: Digest::of(content), size: content.len() as u64, name: "a.png".into() }
    }

    #[tokio::test]
    async fn what_was_fetched_is_kept_within_the_budget() {
        let folder = tempfile::tempdir().unwrap();
        let store = FsStore::open(folder.path().join("store")).await.unwrap();
        let cache = BlobCache::new(folder.path().join("blobs"), 10);
        let contents: [&[u8]; 3] = [b"first", b"second", b"third"];
        for content in contents {
            store.put(&layout::blob(&blob(content).digest), Bytes::from_static(content)).await.unwrap();
        }
        for (i, content) in contents.into_iter().enumerate() {
            let path = folder.path().join(i.to_string());
            cache.fetch(&store, &blob(content), path.clone()).await.unwrap();
            assert_eq!(std::fs::read(path).unwrap(), content);
        }
        assert_eq!(
            std::fs::read_dir(folder.path().join("blobs")).unwrap().count(),
            1,
            "only the last one fits"
        );
        assert_eq!(std::fs::read(folder.path().join("0")).unwrap(), b"first", "what a job uses stays");
        store.delete(&layout::blob(&blob(b"third").digest)).await.unwrap();
        cache.fetch(&store, &blob(b"third"), folder.path().join("again")).await.unwrap();
        assert_eq!(cache.usage(), CacheUse { hits: 1, misses: 3, bytes: 5 });
    }

    #[tokio::test]
    async fn what_is_missing_or_wrong_will_never_work() {
        let folder = tempfile::tempdir().unwrap();
        let store = FsStore::open(folder.path().join("store")).await.unwrap();
        let cache = BlobCache::new(folder.path().join("blobs"), 10);
        store.put(&layout::blob(&blob(b"x").digest), Bytes::from_static(b"y")).await.unwrap();
        for (content, part) in [(b"x", "not what its name promises"), (b"z", "was it written here")] {
            let error = cache.fetch(&store, &blob(content), folder.path().join("p")).await.unwrap_err();
            assert_eq!(error.class, FailureClass::Permanent);
            let parts = [part, "a.png", "requeue"];
            assert!(parts.iter().all(|part| error.reason.contains(part)), "{}", error.reason);
        }
    }
}
