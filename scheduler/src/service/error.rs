//! Why the service did not do what it was asked.

use common::farm::manifest::InvalidManifest;
use common::queue::QueueError;
use common::store::{StoreError, StoreErrorKind};

use crate::api::{ErrorCode, Problem};
use crate::episode::PlanError;

/// Result of an operation of the service.
pub type Result<T> = std::result::Result<T, ServiceError>;

/// Why the service did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// What was sent cannot be used.
    #[error("{message}")]
    Invalid {
        /// What is wrong and what to do.
        message: String,
        /// Each thing that is wrong, where that is more than one.
        details: Vec<String>,
    },
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// It does not fit the state of what it is for.
    #[error("{0}")]
    Conflict(String),
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The cluster was not told what it costs to take a worker away.
    #[error("cluster: {0}")]
    Cluster(String),
    /// The digest of a file could not be taken.
    #[error("file: its digest could not be taken; this is a bug")]
    NoDigest(#[source] tokio::task::JoinError),
    /// What lies in the store is not what was written there.
    #[error("{what}: {reason}; restore it, or submit the episode again")]
    Damaged {
        /// The object.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl ServiceError {
    /// A refusal with one reason.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into(), details: Vec::new() }
    }

    pub(crate) fn damaged(what: impl std::fmt::Display, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { what: what.to_string(), reason: reason.to_string() }
    }

    /// What a client is told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let details = match self {
            Self::Invalid { details, .. } => details.clone(),
            _ => Vec::new(),
        };
        Problem { code: self.code(), message: self.to_string(), details }
    }

    const fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } => ErrorCode::Invalid,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Queue(error) => of_queue(error),
            Self::Store(error) => of_store(error.kind()),
            Self::Cluster(_) | Self::NoDigest(_) | Self::Damaged { .. } => ErrorCode::Internal,
        }
    }
}

const fn of_queue(error: &QueueError) -> ErrorCode {
    match error {
        // An epoch that is over is joined anew within a second.
        QueueError::Unavailable { .. } | QueueError::Full { .. } | QueueError::Epoch { .. } => {
            ErrorCode::Unavailable
        }
        QueueError::NoEpisode(_) | QueueError::NoJob(_) | QueueError::NoWorker(_) => ErrorCode::NotFound,
        QueueError::NameTaken(_) | QueueError::Refused { .. } => ErrorCode::Conflict,
        QueueError::Unsuited { .. } | QueueError::Address { .. } | QueueError::Protocol { .. } => {
            ErrorCode::Internal
        }
    }
}

const fn of_store(kind: StoreErrorKind) -> ErrorCode {
    match kind {
        StoreErrorKind::NotFound => ErrorCode::NotFound,
        StoreErrorKind::Full | StoreErrorKind::Unavailable | StoreErrorKind::Corrupt => {
            ErrorCode::Unavailable
        }
        StoreErrorKind::BadKey
        | StoreErrorKind::Denied
        | StoreErrorKind::Refused
        | StoreErrorKind::Address => ErrorCode::Internal,
    }
}

impl From<InvalidManifest> for ServiceError {
    fn from(invalid: InvalidManifest) -> Self {
        let details = invalid.faults.iter().map(ToString::to_string).collect();
        Self::Invalid { message: "the manifest cannot be painted".into(), details }
    }
}

impl From<PlanError> for ServiceError {
    fn from(error: PlanError) -> Self {
        Self::invalid(error.to_string())
    }
}
