//! Where drawings, manifests and commits lie: a folder, or a bucket of S3.
//!
//! The store is the record of the farm; see `docs/operations.md` for addresses and permissions.

#[cfg(feature = "testsuite")]
pub mod contract;
mod error;
mod flaky;
mod fs;
mod key;
mod s3;
mod url;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;

use crate::Digest;

pub use error::{Result, StoreError, StoreErrorKind};
pub use flaky::{Faults, FlakyStore};
pub use fs::FsStore;
pub use key::{InvalidKey, MAX_KEY, StoreKey, StorePrefix};
pub use s3::{Encryption, S3Options, S3Store};
pub use url::StoreUrl;

/// Most entries that a page of a list holds.
pub const PAGE: usize = 1000;

/// Objects under keys. An object appears whole or not at all, and is read whole.
#[async_trait]
pub trait FrameStore: std::fmt::Debug + Send + Sync {
    /// Reads an object. One that was changed on the way is an error of kind [`StoreErrorKind::Corrupt`].
    async fn get(&self, key: &StoreKey) -> Result<Bytes>;

    /// Writes an object, over one that is there, and gives back its digest.
    async fn put(&self, key: &StoreKey, content: Bytes) -> Result<Digest>;

    /// Writes an object unless there is one. See [`FrameStore::create_is_atomic`].
    async fn put_if_absent(&self, key: &StoreKey, content: Bytes) -> Result<Create>;

    /// What is known of an object; none if there is none.
    async fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>>;

    /// Copies an object within the store, over one that is there.
    async fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()>;

    /// Keys that begin with `prefix` and come after `after`, in byte order, at most `limit` and [`PAGE`].
    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>, limit: usize) -> Result<Page>;

    /// Deletes an object. It is no error if there is none.
    async fn delete(&self, key: &StoreKey) -> Result<()>;

    /// A link from which anyone who has it can read the object for a time. It is not checked that it is there.
    async fn read_link(&self, key: &StoreKey, valid_for: Duration) -> Result<String>;

    /// Whether exactly one of several simultaneous [`FrameStore::put_if_absent`] creates the object. Where not, it
    /// looks and then writes, and who needs one winner must elect it elsewhere.
    fn create_is_atomic(&self) -> bool;
}

/// What [`FrameStore::put_if_absent`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Create {
    /// The object is ours.
    Created,
    /// There was one already; it was left as it is.
    Existed,
}

/// What is known of an object without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its length in bytes.
    pub size: u64,
    /// Its digest, if the store knows it: objects that other programs wrote to S3 have none.
    pub digest: Option<Digest>,
    /// When it was written, by the store's clock.
    pub modified: SystemTime,
}

/// An object in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: StoreKey,
    /// Its length in bytes.
    pub size: u64,
    /// When it was written, by the store's clock.
    pub modified: SystemTime,
}

/// A piece of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The objects, by key.
    pub entries: Vec<Entry>,
    /// What to pass as `after` for the next piece; none at the end.
    pub next: Option<StoreKey>,
}

/// Opens the store at an address: a folder, `file:///folder` or `s3://bucket/prefix?parameters`.
///
/// # Errors
/// When the address is none, or the store cannot be used.
pub async fn open(address: &str) -> Result<Arc<dyn FrameStore>> {
    Ok(match address.parse()? {
        StoreUrl::Fs(root) => Arc::new(FsStore::open(root).await?),
        StoreUrl::S3(options) => Arc::new(S3Store::open(*options).await?),
    })
}

/// The digest of some content, without holding up other tasks while a large one is added up.
async fn digest_of(content: &Bytes) -> Digest {
    const LARGE: usize = 1 << 18;
    if content.len() <= LARGE {
        return Digest::of(content);
    }
    let shared = content.clone();
    // A task that cannot run is one of a runtime that shuts down.
    match tokio::task::spawn_blocking(move || Digest::of(&shared)).await {
        Ok(digest) => digest,
        Err(_) => Digest::of(content),
    }
}
