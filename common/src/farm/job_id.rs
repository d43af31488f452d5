//! The identity of a job.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Digest;

/// The digest of a job's spec. Since a job that continues another names it by its id, the digest covers all that a
/// drawing follows from, back to the start of its chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(Digest);

impl JobId {
    /// The id of the job with this spec, as it stands in the store.
    #[must_use]
    pub fn of(spec: &[u8]) -> Self {
        Self(Digest::of(spec))
    }

    /// The 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
