//! Jobs.

use common::ids::{JobKey, Pool};
use common::queue::{Explanation, JobState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobView {
    /// Its name: `EPISODE.NUMBER`.
    #[schema(value_type = String)]
    pub key: JobKey,
    /// Name of its clip.
    pub clip: String,
    /// Where it is.
    #[schema(value_type = String)]
    pub state: JobState,
    /// The pool of workers that can paint it.
    #[schema(value_type = String)]
    pub pool: Pool,
    /// Attempts charged.
    pub attempt: u32,
    /// Drawings it has come to an end with.
    pub progress: u32,
    /// Drawings in it.
    pub drawings: u32,
    /// Since when it is in this state, in milliseconds since 1970.
    pub since_ms: u64,
    /// Why it failed last, or the digest of its commit.
    pub note: String,
}

/// A page of jobs, in the order of the plan.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobList {
    /// The jobs.
    pub jobs: Vec<JobView>,
    /// What to pass as `after` for the next page; none at the end.
    pub next: Option<String>,
}

/// A job, why it is where it is, and what it paints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobDetail {
    /// The job.
    #[serde(flatten)]
    pub job: JobView,
    /// Why it is where it is.
    #[schema(value_type = Object)]
    pub explanation: Explanation,
    /// Its id in the store: the digest of its specification.
    pub id: String,
    /// Keys of its drawings.
    pub targets: Vec<String>,
    /// Names of its references: what it starts from, then its sheets.
    pub references: Vec<String>,
}
