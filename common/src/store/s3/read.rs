//! Reading and listing.

use std::time::SystemTime;

use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::Object;
use bytes::Bytes;

use super::super::error::StoreErrorKind;
use super::super::{Entry, ObjectInfo, PAGE, Page, StoreKey, StorePrefix, digest_of};
use super::error::{Failure, chain};
use super::{Outcome, S3Store, SHA256, WRITE};
use crate::Digest;

impl S3Store {
    /// Reads an object; again, if it did not arrive as it was written.
    pub(super) async fn read(&self, full: &str) -> Outcome<Bytes> {
        let mut attempt = 1;
        loop {
            match self.read_once(full).await {
                // The SDK repeats requests, but not what is read after their headers.
                Err(failure)
                    if failure.kind == StoreErrorKind::Corrupt && attempt < self.options.attempts =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn read_once(&self, full: &str) -> Outcome<Bytes> {
        let object = self.client.get_object().bucket(&self.options.bucket).key(full).send().await?;
        let digest = object.metadata().and_then(|metadata| metadata.get(SHA256)).cloned();
        let content = self.collect(object.body).await?;
        let Some(digest) = digest else { return Ok(content) };
        let found = digest_of(&content).await;
        if found.as_str() == digest {
            return Ok(content);
        }
        let reason = format!("{} bytes with digest {found}, written with {digest}", content.len());
        Err(Failure::new(StoreErrorKind::Corrupt, reason))
    }

    async fn collect(&self, body: ByteStream) -> Outcome<Bytes> {
        match tokio::time::timeout(self.options.attempt_timeout, body.collect()).await {
            Ok(Ok(content)) => Ok(content.into_bytes()),
            Ok(Err(error)) => {
                Err(Failure::new(StoreErrorKind::Corrupt, format!("cut off: {}", chain(&error))))
            }
            Err(_) => Err(Failure::new(StoreErrorKind::Unavailable, "the content did not come in time")),
        }
    }

    pub(super) async fn info(&self, full: &str) -> Outcome<Option<ObjectInfo>> {
        let head = self.client.head_object().bucket(&self.options.bucket).key(full).send().await;
        let head = match head.map_err(Failure::from) {
            Err(failure) if failure.kind == StoreErrorKind::NotFound => return Ok(None),
            head => head?,
        };
        let digest = head.metadata().and_then(|metadata| metadata.get(SHA256));
        Ok(Some(ObjectInfo {
            size: size(head.content_length()),
            digest: digest.and_then(|digest| Digest::from_hex(digest)),
            modified: time(head.last_modified()),
        }))
    }

    /// The number of the call that wrote an object.
    pub(super) async fn writer(&self, full: &str) -> Outcome<Option<String>> {
        let head = self.client.head_object().bucket(&self.options.bucket).key(full).send().await;
        match head.map_err(Failure::from) {
            Ok(head) => Ok(head.metadata().and_then(|metadata| metadata.get(WRITE)).cloned()),
            Err(failure) if failure.kind == StoreErrorKind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn list_objects(
        &self,
        prefix: &StorePrefix,
        after: Option<&StoreKey>,
        limit: usize,
    ) -> Outcome<Page> {
        let limit = limit.clamp(1, PAGE);
        let mut after = after.map(|key| self.full(key));
        loop {
            let found = self.list_once(&self.full(prefix), after.as_deref(), limit).await?;
            let entries: Vec<Entry> =
                found.contents().iter().filter_map(|object| self.entry(object)).collect();
            if found.is_truncated() != Some(true) {
                return Ok(Page { entries, next: None });
            }
            if let Some(last) = entries.last() {
                return Ok(Page { next: Some(last.key.clone()), entries });
            }
            // Only objects that are not ours: go on behind them.
            let last = found.contents().last().and_then(Object::key).map(str::to_owned);
            if last <= after {
                let reason = "its list does not go on from where it ended";
                return Err(Failure::new(StoreErrorKind::Refused, reason));
            }
            after = last;
        }
    }

    async fn list_once(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Outcome<ListObjectsV2Output> {
        // Pages go on by key, which every server knows, not by its own token.
        let request = self.client.list_objects_v2().bucket(&self.options.bucket).prefix(prefix);
        let request = request.set_start_after(after.map(str::to_owned)).max_keys(limit as i32);
        Ok(request.send().await?)
    }

    /// An object under its key in this store; none if other programs named it so that it has none.
    fn entry(&self, object: &Object) -> Option<Entry> {
        let full = object.key()?;
        let key = match &self.options.prefix {
            None => full,
            Some(prefix) => full.strip_prefix(prefix.as_str())?.strip_prefix('/')?,
        };
        Some(Entry {
            key: key.parse().ok()?,
            size: size(object.size()),
            modified: time(object.last_modified()),
        })
    }
}

fn size(length: Option<i64>) -> u64 {
    length.and_then(|length| u64::try_from(length).ok()).unwrap_or_default()
}

fn time(modified: Option<&DateTime>) -> SystemTime {
    modified.and_then(|modified| SystemTime::try_from(*modified).ok()).unwrap_or(SystemTime::UNIX_EPOCH)
}
