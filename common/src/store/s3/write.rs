//! Writing, creating, copying and deleting.

use std::time::Duration;

use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::Create;
use super::super::error::StoreErrorKind;
use super::error::Failure;
use super::multipart::PART_FROM;
use super::{Encryption, Outcome, S3Store, SHA256, WRITE};
use crate::Digest;

/// What stands as it is in the name of the object to copy.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Pause while another writer is at the same key.
const CONFLICT: Duration = Duration::from_millis(50);

/// A number that no other call has.
pub(super) fn nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

impl S3Store {
    pub(super) async fn write(&self, full: &str, content: Bytes, digest: &Digest) -> Outcome<()> {
        if content.len() >= PART_FROM {
            return self.write_parts(full, &content, digest).await;
        }
        self.put_request(full, content, digest).send().await?;
        Ok(())
    }

    fn put_request(&self, full: &str, content: Bytes, digest: &Digest) -> PutObjectFluentBuilder {
        let (encryption, key) = self.encryption();
        self.client
            .put_object()
            .bucket(&self.options.bucket)
            .key(full)
            .metadata(SHA256, digest.as_str())
            .set_server_side_encryption(encryption)
            .set_ssekms_key_id(key)
            .body(ByteStream::from(content))
    }

    /// Creates an object if there is none. In one request whatever its size, since the condition is on one.
    pub(super) async fn create(&self, full: &str, content: &Bytes, digest: &Digest) -> Outcome<Create> {
        let nonce = nonce();
        let mut attempt = 1;
        loop {
            let request = self.put_request(full, content.clone(), digest);
            let sent = request.metadata(WRITE, &nonce).if_none_match("*").send().await;
            match sent.map_err(Failure::from) {
                Ok(_) => return Ok(Create::Created),
                // Old servers say 304. It may be our own object: an attempt whose answer was lost.
                Err(Failure { status: Some(304 | 412), .. }) => {
                    let ours = self.writer(full).await? == Some(nonce);
                    return Ok(if ours { Create::Created } else { Create::Existed });
                }
                // Another writer is at it; what became of it shows soon.
                Err(Failure { status: Some(409), .. }) if attempt < self.options.attempts => {
                    tokio::time::sleep(CONFLICT * attempt).await;
                    attempt += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// What is left where the store cannot create atomically.
    pub(super) async fn look_and_write(
        &self,
        full: &str,
        content: Bytes,
        digest: &Digest,
    ) -> Outcome<Create> {
        if self.info(full).await?.is_some() {
            return Ok(Create::Existed);
        }
        self.write(full, content, digest).await?;
        Ok(Create::Created)
    }

    pub(super) async fn copy_object(&self, from: &str, to: &str) -> Outcome<()> {
        let source = format!("{}/{}", self.options.bucket, utf8_percent_encode(from, PLAIN));
        let (encryption, key) = self.encryption();
        let request = self.client.copy_object().bucket(&self.options.bucket).key(to).copy_source(source);
        request.set_server_side_encryption(encryption).set_ssekms_key_id(key).send().await?;
        Ok(())
    }

    pub(super) async fn delete_object(&self, full: &str) -> Outcome<()> {
        let sent = self.client.delete_object().bucket(&self.options.bucket).key(full).send().await;
        match sent.map_err(Failure::from) {
            Err(failure) if failure.kind == StoreErrorKind::NotFound => Ok(()),
            sent => sent.map(|_| ()),
        }
    }

    pub(super) fn encryption(&self) -> (Option<ServerSideEncryption>, Option<String>) {
        match &self.options.encryption {
            None => (None, None),
            Some(Encryption::S3) => (Some(ServerSideEncryption::Aes256), None),
            Some(Encryption::Kms(key)) => (Some(ServerSideEncryption::AwsKms), key.clone()),
        }
    }
}
