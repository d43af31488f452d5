//! Why the farm did not do what was asked.

use std::path::PathBuf;

use scheduler::api::{ErrorBody, ErrorCode};

use super::table::plain;

/// Why a request was not carried out, or its answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody answers.
    #[error("cannot reach {url}: {reason}; is the scheduler running there? (--url, SHIAGE_URL)")]
    Unreachable {
        /// Where.
        url: String,
        /// What the connection said.
        reason: String,
    },
    /// It may have been carried out, and must not be carried out twice.
    #[error(
        "{url}: the answer was lost ({reason}); look with `shiage status --drawings` before you ask again"
    )]
    Lost {
        /// What was asked.
        url: String,
        /// What the connection said.
        reason: String,
    },
    /// Nobody knows whether it is the farm that answers.
    #[error(
        "{url}: no secure connection ({reason}); the system's certificates, or those in the file that \
         SSL_CERT_FILE names, must cover it"
    )]
    Insecure {
        /// Where.
        url: String,
        /// What is wrong with the certificate.
        reason: String,
    },
    /// More than is read.
    #[error("{url}: the answer is longer than {limit} bytes; is it a scheduler? (--url, SHIAGE_URL)")]
    TooLong {
        /// What was asked.
        url: String,
        /// The most that is read.
        limit: u64,
    },
    /// The farm refuses.
    #[error("{}", told(.0))]
    Refused(ErrorBody),
    /// The answer is not one of a scheduler.
    #[error("{url}: not understood ({reason}); is it a scheduler of this version?")]
    Foreign {
        /// What was asked.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The farm names a file that would lie elsewhere.
    #[error("{0:?}: a name that leads out of the folder; nothing more is fetched")]
    UnsafeName(String),
    /// A link on this machine leads elsewhere.
    #[error("{}: leads out of {}; take the link away, or give another folder", path.display(), folder.display())]
    Outside {
        /// The link.
        path: PathBuf,
        /// The folder that was given.
        folder: PathBuf,
    },
}

impl ClientError {
    /// Whether the same request may be answered later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } => true,
            Self::Refused(body) => {
                matches!(body.error.code, ErrorCode::Unavailable | ErrorCode::TooSlow | ErrorCode::Internal)
            }
            _ => false,
        }
    }

    /// Whether no request will be answered before somebody changes what the command was told.
    #[must_use]
    pub const fn is_for_all(&self) -> bool {
        match self {
            Self::Insecure { .. } | Self::Foreign { .. } => true,
            Self::Refused(body) => {
                matches!(body.error.code, ErrorCode::Unauthorised | ErrorCode::Forbidden)
            }
            _ => false,
        }
    }
}

fn told(body: &ErrorBody) -> String {
    let problem = &body.error;
    let lines = std::iter::once(&problem.message).chain(&problem.details);
    let text = lines.map(|line| plain(line)).collect::<Vec<_>>().join("\n  ");
    match problem.code {
        ErrorCode::Unauthorised => format!("{text} (--token, SHIAGE_TOKEN)"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told() {
        let text = r#"{"error":{"code":"invalid","message":"no","details":["a","b\u001b"]}}"#;
        let body: ErrorBody = serde_json::from_str(text).unwrap();
        assert_eq!(ClientError::Refused(body).to_string(), "no\n  a\n  b\u{fffd}");
        let body: ErrorBody =
            serde_json::from_str(r#"{"error":{"code":"unauthorised","message":"no"}}"#).unwrap();
        assert!(ClientError::Refused(body).to_string().contains("SHIAGE_TOKEN"));
    }
}
