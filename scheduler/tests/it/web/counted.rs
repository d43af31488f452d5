//! A store that counts what it is asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use common::Digest;
use common::store::{Create, FrameStore, FsStore, ObjectInfo, Page, Result, StoreKey, StorePrefix};

/// A folder, and how often it was asked.
#[derive(Debug)]
pub struct CountedStore {
    inner: FsStore,
    calls: AtomicUsize,
}

impl CountedStore {
    pub const fn new(inner: FsStore) -> Self {
        Self { inner, calls: AtomicUsize::new(0) }
    }

    /// Calls since this was asked last.
    pub fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }

    fn counted(&self) -> &FsStore {
        self.calls.fetch_add(1, Ordering::SeqCst);
        &self.inner
    }
}

#[async_trait]
impl FrameStore for CountedStore {
    async fn get(&self, key: &StoreKey) -> Result<Bytes> {
        self.counted().get(key).await
    }

    async fn put(&self, key: &StoreKey, content: Bytes) -> Result<Digest> {
        self.counted().put(key, content).await
    }

    async fn put_if_absent(&self, key: &StoreKey, content: Bytes) -> Result<Create> {
        self.counted().put_if_absent(key, content).await
    }

    async fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>> {
        self.counted().head(key).await
    }

    async fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()> {
        self.counted().copy(from, to).await
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>, limit: usize) -> Result<Page> {
        self.counted().list(prefix, after, limit).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<()> {
        self.counted().delete(key).await
    }

    async fn read_link(&self, key: &StoreKey, valid_for: Duration) -> Result<String> {
        self.counted().read_link(key, valid_for).await
    }

    fn create_is_atomic(&self) -> bool {
        self.inner.create_is_atomic()
    }
}
