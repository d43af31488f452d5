//! Files that are published.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use common::ids::EpisodeId;

use crate::api::{FileList, shapes};
use crate::http::extract::{Path, Query};
use crate::http::failure::Failure;
use crate::http::page::Page;
use crate::service::{Service, digest_of};

/// Published files of an episode, by name.
#[utoipa::path(
    get,
    path = "/v1/episodes/{id}/files",
    tag = "files",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode."), Page),
    responses((status = 200, description = "A page of them.", body = FileList)),
)]
pub async fn files(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
    Query(page): Query<Page>,
) -> Result<Json<FileList>, Failure> {
    Ok(Json(service.files(&id, page.after(), page.limit()).await?))
}

/// The content of a published file. Its `ETag` is its SHA-256.
#[utoipa::path(
    get,
    path = "/v1/episodes/{id}/files/{*name}",
    tag = "files",
    params(
        ("id" = inline(shapes::EpisodeId), Path, description = "The episode."),
        ("name" = String, Path, description = "The file: a relative path with `/`, parts percent-encoded."),
    ),
    responses(
        (status = 200, description = "The file.", content_type = "application/octet-stream"),
        (status = 304, description = "It is still the one that `If-None-Match` names."),
    ),
)]
pub async fn file(
    State(service): State<Arc<Service>>,
    Path((id, name)): Path<(EpisodeId, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let content = service.file(&id, &name).await?;
    let digest = digest_of(content.clone()).await?;
    let tag = format!("\"{digest}\"");
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    // A page that is opened from here may run its scripts, but not in the name of this server.
    let policy = (CONTENT_SECURITY_POLICY, "sandbox allow-scripts");
    Ok(([(CONTENT_TYPE, kind(&name)), policy], [(ETAG, tag)], content).into_response())
}

/// The media type of a file with this name.
fn kind(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("png") => "image/png",
        Some("tga") => "image/x-tga",
        Some("json") => "application/json",
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}
