//! Large objects in parts.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;

use super::super::error::StoreErrorKind;
use super::error::Failure;
use super::{Outcome, S3Store, SHA256};
use crate::Digest;

/// Size from which an object goes in parts: a lost connection then costs a part.
pub(super) const PART_FROM: usize = 16 << 20;
const PART: usize = 8 << 20;

impl S3Store {
    pub(super) async fn write_parts(&self, full: &str, content: &Bytes, digest: &Digest) -> Outcome<()> {
        let upload = self.begin(full, digest).await?;
        let sent = self.send_parts(&upload, content).await;
        let Err(failure) = sent else {
            upload.finished();
            return Ok(());
        };
        upload.abort().await;
        // It may be there all the same: an answer was lost, and the second one was that there is no such upload.
        match self.info(full).await {
            Ok(Some(info)) if info.digest.as_ref() == Some(digest) => Ok(()),
            _ => Err(failure),
        }
    }

    async fn begin(&self, full: &str, digest: &Digest) -> Outcome<Upload> {
        let (encryption, key) = self.encryption();
        let request = self.client.create_multipart_upload().bucket(&self.options.bucket).key(full);
        let request = request.metadata(SHA256, digest.as_str());
        let request = request.set_server_side_encryption(encryption).set_ssekms_key_id(key);
        let begun = request.send().await?;
        let id = begun.upload_id.ok_or_else(|| {
            Failure::new(StoreErrorKind::Refused, "the store began an upload without a number")
        })?;
        let bucket = self.options.bucket.clone();
        let place = Place { client: self.client.clone(), bucket, key: full.to_owned(), id };
        Ok(Upload { place: Some(place) })
    }

    async fn send_parts(&self, upload: &Upload, content: &Bytes) -> Outcome<()> {
        let Some(place) = &upload.place else { return Ok(()) };
        let mut parts = Vec::new();
        for (number, start) in (1..).zip((0..content.len()).step_by(PART)) {
            let part = content.slice(start..content.len().min(start + PART));
            let request = self.client.upload_part().bucket(&place.bucket).key(&place.key);
            let request = request.upload_id(&place.id).part_number(number).body(ByteStream::from(part));
            let sent = request.send().await?;
            parts.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self.client.complete_multipart_upload().bucket(&place.bucket).key(&place.key);
        request.upload_id(&place.id).multipart_upload(parts).send().await?;
        Ok(())
    }
}

/// An upload that is aborted when it is dropped, so that a cancelled one leaves no parts that cost money.
struct Upload {
    place: Option<Place>,
}

struct Place {
    client: Client,
    bucket: String,
    key: String,
    id: String,
}

impl Upload {
    fn finished(mut self) {
        self.place = None;
    }

    async fn abort(mut self) {
        if let Some(place) = self.place.take() {
            place.abort().await;
        }
    }
}

impl Place {
    async fn abort(self) {
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key);
        // The first failure is the one to tell. The lifecycle rule of the bucket removes what stays.
        let _told = request.upload_id(&self.id).send().await;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(place.abort());
        }
    }
}
