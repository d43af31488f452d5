//! Uploads.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use common::Digest;

use crate::api::{ErrorCode, Missing, Wanted, shapes};
use crate::http::body::{MAX_BLOB, Whole};
use crate::http::extract::{Json, Path};
use crate::http::failure::Failure;
use crate::service::Service;

/// Digests that are asked for at a time.
const MOST: usize = 10_000;

/// Which files are still to be uploaded.
#[utoipa::path(post, path = "/v1/blobs/missing", tag = "blobs", request_body = Wanted, responses((status = 200, description = "Those.", body = Missing)))]
pub async fn missing(
    State(service): State<Arc<Service>>,
    Json(wanted): Json<Wanted>,
) -> Result<axum::Json<Missing>, Failure> {
    let asked = wanted.digests.len();
    if asked > MOST {
        let message = format!("digests: {asked}; ask for at most {MOST} at a time");
        return Err(Failure::new(ErrorCode::Invalid, message));
    }
    let missing = service.missing(&wanted.digests).await?;
    Ok(axum::Json(Missing { missing }))
}

/// Takes a file in, at most 256 MiB.
#[utoipa::path(
    put,
    path = "/v1/blobs/{digest}",
    tag = "blobs",
    params(("digest" = inline(shapes::Digest), Path, description = "SHA-256 of the file in lower-case hexadecimal.")),
    request_body(content_type = "application/octet-stream", description = "The file as it is, whatever content type is said."),
    responses((status = 204, description = "It is in the store.")),
)]
pub async fn upload(
    State(service): State<Arc<Service>>,
    Path(digest): Path<Digest>,
    file: Whole<MAX_BLOB>,
) -> Result<StatusCode, Failure> {
    service.put_blob(&digest, file.content.clone()).await?;
    Ok(StatusCode::NO_CONTENT)
}
