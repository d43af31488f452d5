//! What everybody may know.

use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::api::ErrorCode;
use crate::http::document;
use crate::http::failure::Failure;
use crate::service::Service;

/// The document, made when it is first asked for.
static DOCUMENT: LazyLock<serde_json::Result<String>> = LazyLock::new(document::openapi);

/// Whether the process is alive. It is also when queue or store are not.
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "It is.", body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether it can serve requests: the queue is there and in an epoch, and the store answers.
#[utoipa::path(get, path = "/readyz", tag = "server", responses((status = 200, description = "It can.", body = String)))]
pub async fn readyz(State(service): State<Arc<Service>>) -> Result<&'static str, Failure> {
    let missing = |reason| Failure::new(ErrorCode::Unavailable, format!("not ready: {reason}"));
    service.ready().await.map(|()| "ok\n").map_err(missing)
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server", responses((status = 200, description = "The document.", content_type = "application/json")))]
pub async fn openapi() -> Result<impl IntoResponse, Failure> {
    let broken = |error| Failure::new(ErrorCode::Internal, format!("openapi.json: {error}; this is a bug"));
    Ok(([(CONTENT_TYPE, "application/json")], DOCUMENT.as_deref().map_err(broken)?))
}
