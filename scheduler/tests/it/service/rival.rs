//! A store in which somebody else is faster.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use common::Digest;
use common::store::{Create, FrameStore, FsStore, ObjectInfo, Page, Result, StoreKey, StorePrefix};

/// A folder, and what a rival writes there at the worst moment.
#[derive(Debug)]
pub struct RivalStore {
    inner: FsStore,
    rival: Mutex<Option<(StoreKey, Bytes)>>,
}

impl RivalStore {
    pub fn new(inner: FsStore) -> Self {
        Self { inner, rival: Mutex::default() }
    }

    /// Whoever creates this object next finds that somebody has just created it with this content.
    pub fn beat(&self, key: StoreKey, content: Bytes) {
        *self.rival.lock().unwrap() = Some((key, content));
    }

    fn rival_of(&self, key: &StoreKey) -> Option<Bytes> {
        let mut rival = self.rival.lock().unwrap_or_else(PoisonError::into_inner);
        rival.take_if(|(awaited, _)| awaited == key).map(|(_, content)| content)
    }
}

#[async_trait]
impl FrameStore for RivalStore {
    async fn get(&self, key: &StoreKey) -> Result<Bytes> {
        self.inner.get(key).await
    }

    async fn put(&self, key: &StoreKey, content: Bytes) -> Result<Digest> {
        self.inner.put(key, content).await
    }

    async fn put_if_absent(&self, key: &StoreKey, content: Bytes) -> Result<Create> {
        if let Some(other) = self.rival_of(key) {
            self.inner.put(key, other).await?;
        }
        self.inner.put_if_absent(key, content).await
    }

    async fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>> {
        self.inner.head(key).await
    }

    async fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()> {
        self.inner.copy(from, to).await
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>, limit: usize) -> Result<Page> {
        self.inner.list(prefix, after, limit).await
    }

    async fn delete(&self, key: &StoreKey) -> Result<()> {
        self.inner.delete(key).await
    }

    async fn read_link(&self, key: &StoreKey, valid_for: Duration) -> Result<String> {
        self.inner.read_link(key, valid_for).await
    }

    fn create_is_atomic(&self) -> bool {
        self.inner.create_is_atomic()
    }
}
