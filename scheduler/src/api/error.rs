//! What is said of a request that was not carried out.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of every answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What is wrong.
    pub error: Problem,
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// For programs.
    pub code: ErrorCode,
    /// For people: what is wrong and what to do.
    pub message: String,
    /// Everything that is wrong, where that is more than one thing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Kinds of errors, each with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// 400: the request is not understood.
    Malformed,
    /// 401: no token, or one that nobody has.
    Unauthorised,
    /// 403: the token's role may not do this.
    Forbidden,
    /// 404: there is no such thing.
    NotFound,
    /// 405: not with this method.
    MethodNotAllowed,
    /// 408: the request took too long to come in.
    TooSlow,
    /// 409: it does not fit the state of what it is for.
    Conflict,
    /// 413: the body is longer than it may be.
    TooLarge,
    /// 415: the body is of a kind that is not understood.
    UnsupportedType,
    /// 422: understood, but it cannot be done as asked.
    Invalid,
    /// 500: a bug.
    Internal,
    /// 503: the queue or the store does not serve now; try again.
    Unavailable,
}
