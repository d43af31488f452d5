//! The trace that a request belongs to.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use common::trace::{TRACEPARENT, TraceContext};

/// The trace of a request. A header that is none is as good as no header, as the standard wants it.
#[derive(Clone, Copy, Debug)]
pub struct Traced(pub Option<TraceContext>);

impl<S: Sync> FromRequestParts<S> for Traced {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.headers)))
    }
}

/// The trace that the headers name.
pub fn of(headers: &HeaderMap) -> Option<TraceContext> {
    headers.get(TRACEPARENT)?.to_str().ok()?.parse().ok()
}
