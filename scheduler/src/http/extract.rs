//! What handlers take out of requests; what does not fit is told as every other error.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::app::App;
use super::body::{MAX_JSON, Whole};
use super::failure::Failure;
use crate::api::ErrorCode;

/// Parameters in the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|bad| Failure::malformed(bad.body_text()))
    }
}

/// Parameters after the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|bad| Failure::malformed(bad.body_text()))
    }
}

/// A body in JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let kind = media_type(request.headers());
        if kind.as_deref() != Some("application/json") {
            return Err(unsupported(kind.as_deref(), "application/json"));
        }
        let whole = Whole::<MAX_JSON>::from_request(request, app).await?;
        let value = serde_json::from_slice(&whole.content);
        value.map(Self).map_err(|error| Failure::malformed(format!("body: {error}")))
    }
}

/// The media type of a body, without parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase())
}

/// A body of another kind than those that are understood.
pub fn unsupported(kind: Option<&str>, expected: &str) -> Failure {
    let kind = kind.unwrap_or("no content type");
    Failure::new(ErrorCode::UnsupportedType, format!("body: {kind}; send it as {expected}"))
}
