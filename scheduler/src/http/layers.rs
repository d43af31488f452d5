//! What every request goes through before its handler.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::header::X_CONTENT_TYPE_OPTIONS;
use axum::http::{HeaderValue, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use super::auth::{Auth, Role};
use super::failure::Failure;
use super::trace;
use crate::api::ErrorCode;

/// Lets through who has the role.
pub async fn guard(
    State((auth, needed)): State<(Arc<Auth>, Role)>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let Some(role) = auth.role(request.headers()) else {
        let message = "no token that is known; send one as `Authorization: Bearer TOKEN`";
        return Err(Failure::new(ErrorCode::Unauthorised, message));
    };
    if role < needed {
        let message = format!("needs the role {needed}; the token has {role}");
        return Err(Failure::new(ErrorCode::Forbidden, message));
    }
    Ok(next.run(request).await)
}

/// Lets through so many requests at a time; more are turned away at once, so that none waits for its end in a queue.
pub async fn bound(
    State(free): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let Ok(_place) = free.try_acquire() else {
        return Err(Failure::new(ErrorCode::Unavailable, "too many requests at a time; send it again"));
    };
    Ok(next.run(request).await)
}

/// Tells the log of a request and of the trace that it belongs to, and browsers not to guess what an answer is.
pub async fn tell(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = match trace::of(request.headers()) {
        Some(trace) => tracing::info_span!("request", "trace.id" = trace.trace_id()),
        None => tracing::Span::none(),
    };
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, seconds) = (response.status().as_u16(), start.elapsed().as_secs_f64());
    span.in_scope(|| {
        tracing::debug!(
            http.method = %method, http.path = path, http.status = status, http.seconds = seconds, "request"
        );
    });
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A path that leads nowhere.
pub async fn unknown(uri: Uri) -> Failure {
    let message = format!("{}: no such path; /v1/openapi.json lists them", uri.path());
    Failure::new(ErrorCode::NotFound, message)
}

/// A method that the path does not have.
pub async fn wrong_method(method: Method, uri: Uri) -> Failure {
    let message = format!("{}: not with {method}; the header Allow says with what", uri.path());
    Failure::new(ErrorCode::MethodNotAllowed, message)
}

/// A handler that panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer calls it so")]
pub fn panicked(what: Box<dyn Any + Send>) -> Response {
    let text = what.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| what.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(error = text, "a handler panicked");
    Failure::new(ErrorCode::Internal, "this is a bug; the log of the scheduler says more").into_response()
}
