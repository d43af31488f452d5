//! Answers that are no success.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};

use crate::api::{ErrorBody, ErrorCode, Problem};
use crate::service::ServiceError;

/// Seconds after which a request that could not be served is worth another try.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Why a request was not carried out.
#[derive(Debug)]
pub struct Failure(Problem);

impl Failure {
    /// With a code, and a message that says what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Problem { code, message: message.into(), details: Vec::new() })
    }

    /// A request that is not understood.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Malformed, message)
    }

    /// What the client is told.
    pub fn problem(self) -> Problem {
        self.0
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self(error.problem())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let code = problem.code;
        match code {
            ErrorCode::Internal => tracing::error!(error = problem.message, "request failed"),
            ErrorCode::Unavailable => tracing::warn!(error = problem.message, "request not served"),
            _ => {}
        }
        let mut response = (status(code), Json(ErrorBody { error: problem })).into_response();
        match code {
            ErrorCode::Unauthorised => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            ErrorCode::Unavailable => {
                response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS);
            }
            _ => {}
        }
        response
    }
}

/// The status of an answer with this code.
pub const fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Malformed => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthorised => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::TooSlow => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
