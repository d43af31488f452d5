//! Which drawing a picture is of, as its address has it.

use bytes::Bytes;
use common::Digest;
use common::farm::{Alpha, JobId, layout};
use serde::{Deserialize, Serialize};

use crate::api::ErrorCode;
use crate::service::{Painting, Reading};
use crate::web::fault::{Fault, Result};
use crate::web::state::Web;

/// A drawing by what it is made of: an uploaded file, or a drawing of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blob: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job: Option<JobId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Picture {
    /// Of an uploaded file.
    pub fn blob(digest: &Digest) -> Self {
        Self { blob: Some(digest.clone()), job: None, key: None }
    }

    /// Of a painted drawing by its key.
    pub fn painted(painting: &Painting, key: &str) -> Self {
        match painting {
            Painting::Given(digest) => Self::blob(digest),
            Painting::Committed(job) => {
                Self { blob: None, job: Some(job.clone()), key: Some(key.to_owned()) }
            }
        }
    }

    /// Its small picture's address.
    pub fn thumb(&self) -> String {
        self.address("thumb")
    }

    /// Its address as large as it is.
    pub fn full(&self) -> String {
        self.address("full")
    }

    fn address(&self, size: &str) -> String {
        format!("/pictures/{size}?{}", serde_urlencoded::to_string(self).unwrap_or_default())
    }

    /// Its digest and what gives its content.
    pub async fn find(&self, web: &Web) -> Result<(Digest, common::store::StoreKey)> {
        match (&self.blob, &self.job, &self.key) {
            (Some(digest), None, None) => Ok((digest.clone(), layout::blob(digest))),
            (None, Some(job), Some(key)) => {
                let commit = web.thumbs.commit(&web.service, job).await?;
                let drawing = commit.drawings.iter().find(|drawing| drawing.key == *key);
                let drawing = drawing.ok_or_else(|| missing(key))?;
                Ok((drawing.painted.digest.clone(), commit.key_of(&drawing.painted)))
            }
            _ => Err(Fault::new(ErrorCode::Malformed, "picture: give blob, or job and key")),
        }
    }

    /// What is known of its segments, for one that a job painted.
    pub async fn sidecar(&self, web: &Web) -> Result<Option<Bytes>> {
        let (Some(job), Some(key)) = (&self.job, &self.key) else { return Ok(None) };
        let commit = web.thumbs.commit(&web.service, job).await?;
        let drawing = commit.drawings.iter().find(|drawing| drawing.key == *key);
        let sidecar = commit.key_of(&drawing.ok_or_else(|| missing(key))?.sidecar);
        Ok(Some(content(web, &sidecar).await?))
    }
}

/// Reads an object.
pub async fn content(web: &Web, key: &common::store::StoreKey) -> Result<Bytes> {
    web.service.store.get(key).await.map_err(|error| Fault::from(crate::service::ServiceError::from(error)))
}

fn missing(key: &str) -> Fault {
    Fault::new(ErrorCode::NotFound, format!("drawing {key}: the job has not painted it"))
}

/// How alpha is read, in words of `cel`.
pub const fn alpha_rule(alpha: Alpha) -> cel::AlphaRule {
    match alpha {
        Alpha::Composite => cel::AlphaRule::Composite,
        Alpha::Reference => cel::AlphaRule::Reference,
    }
}

/// Where the segments of a line drawing are told, as they are in this picture of it if gaps are closed.
pub fn map_address(
    line: &Digest,
    Reading { alpha, gaps, white: _ }: Reading,
    picture: Option<&Picture>,
) -> String {
    let painted = picture.filter(|picture| gaps > 0 && picture.job.is_some());
    let query =
        painted.map(|picture| format!("&{}", serde_urlencoded::to_string(picture).unwrap_or_default()));
    format!(
        "/pictures/map?line={line}&alpha={}&gaps={gaps}{}",
        alpha_rule(alpha).name(),
        query.unwrap_or_default()
    )
}

/// Where the colours of a painted drawing's segments are told.
pub fn segments_address(line: &Digest, Reading { alpha, gaps, white }: Reading, picture: &Picture) -> String {
    let query = serde_urlencoded::to_string(picture).unwrap_or_default();
    let (alpha, white) = (alpha_rule(alpha).name(), white.name());
    format!("/pictures/segments?line={line}&alpha={alpha}&gaps={gaps}&white={white}&{query}")
}
