//! What an answer of S3, or none, means.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;

use super::super::error::StoreErrorKind;

/// A request that did not succeed.
#[derive(Debug)]
pub(super) struct Failure {
    pub status: Option<u16>,
    pub kind: StoreErrorKind,
    pub reason: String,
}

impl Failure {
    pub(super) fn new(kind: StoreErrorKind, reason: impl Into<String>) -> Self {
        Self { status: None, kind, reason: reason.into() }
    }
}

impl<E> From<SdkError<E>> for Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E>) -> Self {
        let id = error.request_id().map(|id| format!(" (request {id})")).unwrap_or_default();
        match &error {
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                let code = answer.err().code();
                let message =
                    answer.err().message().map(|message| format!(": {message}")).unwrap_or_default();
                let kind = kind_of(status, code);
                let (name, hint) = (code.unwrap_or("without a code"), hint(code));
                let reason = format!("{status} {name}{message}{id}{hint}");
                Self { status: Some(status), kind, reason }
            }
            SdkError::TimeoutError(_) => Self::new(StoreErrorKind::Unavailable, "no answer in time"),
            _ if causes(&error).any(<dyn Error>::is::<CredentialsError>) => {
                Self::new(StoreErrorKind::Denied, format!("no credentials: {}", chain(&error)))
            }
            SdkError::ConstructionFailure(_) => Self::new(StoreErrorKind::Refused, chain(&error)),
            _ => Self::new(StoreErrorKind::Unavailable, format!("{}{id}", chain(&error))),
        }
    }
}

/// What an answer means.
fn kind_of(status: u16, code: Option<&str>) -> StoreErrorKind {
    match (status, code.unwrap_or_default()) {
        (_, "NoSuchBucket") => StoreErrorKind::Refused,
        (507, _) | (_, "QuotaExceeded" | "XMinioStorageFull") => StoreErrorKind::Full,
        (_, "RequestTimeout" | "SlowDown" | "Throttling" | "ThrottlingException" | "OperationAborted") => {
            StoreErrorKind::Unavailable
        }
        (501, _) => StoreErrorKind::Refused,
        (404, _) => StoreErrorKind::NotFound,
        (401 | 403, _) | (_, "ExpiredToken" | "InvalidToken" | "TokenRefreshRequired") => {
            StoreErrorKind::Denied
        }
        (_, "KeyTooLongError") => StoreErrorKind::BadKey,
        // What was sent did not arrive as it was sent.
        (_, "BadDigest" | "IncompleteBody" | "XAmzContentSHA256Mismatch") => StoreErrorKind::Unavailable,
        (408 | 409 | 429 | 500.., _) => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Refused,
    }
}

/// What a person can do about codes that do not tell it.
fn hint(code: Option<&str>) -> &'static str {
    match code {
        Some("NoSuchBucket") => " (create the bucket, or correct its name)",
        Some("RequestTimeTooSkewed") => " (set the clock of this machine)",
        Some("SignatureDoesNotMatch") => " (the secret key is not that of the access key)",
        Some("InvalidAccessKeyId") => " (the access key is not known there)",
        Some("ExpiredToken") => " (renew the session)",
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed") => " (give the region of the bucket)",
        _ => "",
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn Error + 'static)| error.source())
}

/// An error with its causes: the SDK says only the outermost.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_can_do_follows_from_the_answer() {
        assert_eq!(kind_of(404, Some("NoSuchKey")), StoreErrorKind::NotFound);
        assert_eq!(kind_of(404, None), StoreErrorKind::NotFound);
        assert_eq!(kind_of(404, Some("NoSuchBucket")), StoreErrorKind::Refused);
        assert_eq!(kind_of(403, None), StoreErrorKind::Denied);
        assert_eq!(kind_of(400, Some("ExpiredToken")), StoreErrorKind::Denied);
        assert_eq!(kind_of(400, Some("RequestTimeout")), StoreErrorKind::Unavailable);
        assert_eq!(kind_of(503, Some("SlowDown")), StoreErrorKind::Unavailable);
        assert_eq!(kind_of(507, Some("XMinioStorageFull")), StoreErrorKind::Full);
        assert_eq!(kind_of(501, Some("NotImplemented")), StoreErrorKind::Refused);
        assert_eq!(kind_of(301, Some("PermanentRedirect")), StoreErrorKind::Refused);
    }
}
