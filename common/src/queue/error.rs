//! What can go wrong between a process and the queue.

use crate::ids::{EpisodeId, JobKey, WorkerId};

/// Result of an operation of the queue.
pub type Result<T> = std::result::Result<T, QueueError>;

/// Why the queue did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The queue cannot be reached, or answers that it cannot serve now.
    #[error("queue {address}: {reason}; is it running, and is the address right?")]
    Unavailable {
        /// Where the queue was looked for, without credentials.
        address: String,
        /// What the connection or the server said.
        reason: String,
    },
    /// The queue lost its memory, or has been rebuilt: what was granted before does not hold.
    #[error("queue: epoch {ours} is over, {}; attach again", current.map_or("no new one has begun yet".to_owned(), |e| format!("it is now {e}")))]
    Epoch {
        /// The epoch this process worked in.
        ours: u64,
        /// The epoch of the queue; none if it is empty.
        current: Option<u64>,
    },
    /// The queue holds as many jobs as it may.
    #[error("queue: full ({reason}); wait until jobs are finished, or raise the limit")]
    Full {
        /// The limit that was met.
        reason: String,
    },
    /// The server is not set up so that a queue can rely on it.
    #[error("queue {address}: {reason}")]
    Unsuited {
        /// Where the server is, without credentials.
        address: String,
        /// What is wrong and what to set.
        reason: String,
    },
    /// There is no such episode.
    #[error("episode {0}: not in the queue")]
    NoEpisode(EpisodeId),
    /// There is no such job.
    #[error("job {0}: not in the queue")]
    NoJob(JobKey),
    /// The worker is not registered.
    #[error("worker {0}: not registered; register first")]
    NoWorker(WorkerId),
    /// Another process has registered under this name.
    #[error("worker {0}: another process has this name; names need a nonce of their own")]
    NameTaken(WorkerId),
    /// The operation does not fit the state of what it is for.
    #[error("{what}: {reason}")]
    Refused {
        /// What it was for.
        what: String,
        /// Why not.
        reason: String,
    },
    /// The address cannot be used.
    #[error("queue address {address:?}: {reason}")]
    Address {
        /// The address, without credentials.
        address: String,
        /// What is wrong with it and what is expected.
        reason: String,
    },
    /// The queue answered what it never should: its data or its version is another's.
    #[error(
        "queue: answer of {function} is not understood ({reply}); do all processes run the same version?"
    )]
    Protocol {
        /// The function that was called.
        function: String,
        /// What it answered.
        reply: String,
    },
}

impl QueueError {
    /// Whether the same call can succeed later without anyone changing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Full { .. } => true,
            Self::Epoch { .. }
            | Self::Unsuited { .. }
            | Self::NoEpisode(_)
            | Self::NoJob(_)
            | Self::NoWorker(_)
            | Self::NameTaken(_)
            | Self::Refused { .. }
            | Self::Address { .. }
            | Self::Protocol { .. } => false,
        }
    }

    pub(crate) fn refused(what: impl std::fmt::Display, reason: impl Into<String>) -> Self {
        Self::Refused { what: what.to_string(), reason: reason.into() }
    }
}
