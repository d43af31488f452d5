//! What everybody may know.

use std::sync::LazyLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::api::ErrorCode;
use crate::http::document;
use crate::http::failure::Failure;

/// The document, made when it is first asked for.
static DOCUMENT: LazyLock<serde_json::Result<String>> = LazyLock::new(document::openapi);

/// Whether the process is alive. It is also when queue or store are not.
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "It is.", body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server", responses((status = 200, description = "The document.", content_type = "application/json")))]
pub async fn openapi() -> Result<impl IntoResponse, Failure> {
    let broken = |error| Failure::new(ErrorCode::Internal, format!("openapi.json: {error}; this is a bug"));
    Ok(([(CONTENT_TYPE, "application/json")], DOCUMENT.as_deref().map_err(broken)?))
}
