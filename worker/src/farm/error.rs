//! What ends a worker, and what ends an attempt at a job.

use std::path::PathBuf;

use common::farm::LongPool;
use common::queue::{FailureClass, QueueError};
use common::store::{StoreError, StoreErrorKind};

use super::model::MAX_PAIRS;

/// Why a worker cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum FarmError {
    /// It would serve too many pools, or none.
    #[error(
        "{pools} pools times {models} models: a worker serves 1 to {MAX_PAIRS}; start several workers instead"
    )]
    Pools {
        /// Bases of pools.
        pools: usize,
        /// Models.
        models: usize,
    },
    /// A pool leaves no room for the model.
    #[error(transparent)]
    LongPool(#[from] LongPool),
    /// An engine does not paint what it should.
    #[error(
        "model {model}: fails its self-test: {reason}; check the device and its driver, or use --device cpu"
    )]
    SelfTest {
        /// Label of the model.
        model: String,
        /// What it did.
        reason: String,
    },
    /// The work directory cannot be used.
    #[error("work directory {}: {source}; give another one with --work-dir", path.display())]
    WorkDir {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The queue does not take the worker.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// Two metrics have one name.
    #[error("metrics: {0}; this is a bug")]
    Metrics(#[from] common::metrics::Error),
    /// A thread or its runtime cannot be made.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

/// Why an attempt has failed, and what the queue makes of it.
#[derive(Clone, Debug)]
pub(super) struct JobError {
    pub class: FailureClass,
    pub reason: String,
}

impl JobError {
    /// No attempt will ever work.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self { class: FailureClass::Permanent, reason: reason.into() }
    }

    /// Another attempt may work.
    pub fn transient(reason: impl Into<String>) -> Self {
        Self { class: FailureClass::Transient, reason: reason.into() }
    }

    /// Another device may do.
    pub fn resource(reason: impl Into<String>) -> Self {
        Self { class: FailureClass::Resource { pool: None }, reason: reason.into() }
    }

    /// Something that the job cannot do without is not in the store, or cannot be read from there.
    pub fn reading(what: impl std::fmt::Display, error: &StoreError) -> Self {
        match error.kind() {
            StoreErrorKind::NotFound => Self::permanent(format!(
                "{what}: {error}; submit the episode again to have it uploaded, then requeue the job"
            )),
            _ => Self::transient(format!("{what}: {error}")),
        }
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::transient(error.to_string())
    }
}

impl From<std::io::Error> for JobError {
    /// The disk of this worker.
    fn from(error: std::io::Error) -> Self {
        Self::transient(format!("work directory of the worker: {error}; is its disk full?"))
    }
}
