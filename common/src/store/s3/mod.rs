//! A store in a bucket of S3, or of a server that speaks its language.

mod client;
mod error;
mod multipart;
mod options;
mod probe;
mod read;
mod write;

use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::PresigningConfig;
use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::{Result, StoreError, StoreErrorKind};
use super::key::{StoreKey, StorePrefix};
use super::{Create, FrameStore, ObjectInfo, Page, digest_of};
use crate::Digest;
use error::Failure;
pub use options::{Encryption, S3Options};

/// Metadata of our objects: the SHA-256 of the content.
const SHA256: &str = "shiage-sha256";
/// Metadata of our objects: a number of the call that wrote it.
const WRITE: &str = "shiage-write";

/// A store in a bucket.
#[derive(Debug)]
pub struct S3Store {
    client: Client,
    options: S3Options,
    name: String,
    permits: Semaphore,
    create_is_atomic: bool,
}

type Outcome<T> = std::result::Result<T, Failure>;

impl S3Store {
    /// Opens a store with the credentials of the environment and probes what it can do.
    ///
    /// # Errors
    /// When the bucket cannot be written to.
    pub async fn open(options: S3Options) -> Result<Self> {
        Self::open_as(options, None).await
    }

    /// Opens a store with credentials of one's own.
    ///
    /// # Errors
    /// When the bucket cannot be written to.
    pub async fn open_with(
        options: S3Options,
        credentials: impl ProvideCredentials + 'static,
    ) -> Result<Self> {
        Self::open_as(options, Some(SharedCredentialsProvider::new(credentials))).await
    }

    async fn open_as(options: S3Options, credentials: Option<SharedCredentialsProvider>) -> Result<Self> {
        let client = client::connect(&options, credentials).await;
        let name = options.name();
        let permits = Semaphore::new(options.concurrency as usize);
        let mut store = Self { client, options, name, permits, create_is_atomic: false };
        store.create_is_atomic =
            store.probe().await.map_err(|failure| store.failed(&"(probe of the bucket)", failure))?;
        Ok(store)
    }

    /// The key of an object in the bucket.
    fn full(&self, key: impl std::fmt::Display) -> String {
        match &self.options.prefix {
            None => key.to_string(),
            Some(prefix) => format!("{prefix}/{key}"),
        }
    }

    /// Waits for its turn: a store that is asked too much at a time answers nobody.
    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.permits.acquire().await.ok()
    }

    fn failed(&self, key: &dyn std::fmt::Display, failure: Failure) -> StoreError {
        StoreError::new(failure.kind, &self.name, key, failure.reason)
    }
}

#[async_trait]
impl FrameStore for S3Store {
    async fn get(&self, key: &StoreKey) -> Result<Bytes> {
        let _permit = self.permit().await;
        self.read(&self.full(key)).await.map_err(|failure| self.failed(key, failure))
    }

    async fn put(&self, key: &StoreKey, content: Bytes) -> Result<Digest> {
        let _permit = self.permit().await;
        let digest = digest_of(&content).await;
        let written = self.write(&self.full(key), content, &digest).await;
        written.map_err(|failure| self.failed(key, failure)).map(|()| digest)
    }

    async fn put_if_absent(&self, key: &StoreKey, content: Bytes) -> Result<Create> {
        let _permit = self.permit().await;
        let digest = digest_of(&content).await;
        let full = self.full(key);
        let created = if self.create_is_atomic {
            self.create(&full, &content, &digest).await
        } else {
            self.look_and_write(&full, content, &digest).await
        };
        created.map_err(|failure| self.failed(key, failure))
    }

    async fn head(&self, key: &StoreKey) -> Result<Option<ObjectInfo>> {
        let _permit = self.permit().await;
        self.info(&self.full(key)).await.map_err(|failure| self.failed(key, failure))
    }

    async fn copy(&self, from: &StoreKey, to: &StoreKey) -> Result<()> {
        let _permit = self.permit().await;
        let copied = self.copy_object(&self.full(from), &self.full(to)).await;
        copied.map_err(|failure| self.failed(from, failure))
    }

    async fn list(&self, prefix: &StorePrefix, after: Option<&StoreKey>, limit: usize) -> Result<Page> {
        let _permit = self.permit().await;
        self.list_objects(prefix, after, limit).await.map_err(|failure| self.failed(prefix, failure))
    }

    async fn delete(&self, key: &StoreKey) -> Result<()> {
        let _permit = self.permit().await;
        self.delete_object(&self.full(key)).await.map_err(|failure| self.failed(key, failure))
    }

    async fn read_link(&self, key: &StoreKey, valid_for: Duration) -> Result<String> {
        let expiry = PresigningConfig::expires_in(valid_for)
            .map_err(|error| self.failed(key, Failure::new(StoreErrorKind::Refused, error.to_string())))?;
        let request = self.client.get_object().bucket(&self.options.bucket).key(self.full(key));
        let signed = request.presigned(expiry).await.map_err(|error| self.failed(key, error.into()))?;
        Ok(signed.uri().to_owned())
    }

    fn create_is_atomic(&self) -> bool {
        self.create_is_atomic
    }
}
