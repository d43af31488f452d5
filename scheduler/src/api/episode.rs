//! Episodes.

use common::ids::{EpisodeId, Show, User};
use common::queue::Priority;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Submitted {
    /// The episode.
    #[schema(value_type = String)]
    pub id: EpisodeId,
    /// Whether it is new; submitted again, an episode goes on as it was.
    pub created: bool,
    /// Line drawings in it.
    pub drawings: u32,
    /// Jobs it was cut into.
    pub jobs: u32,
    /// Jobs among them that were painted before, for another episode.
    pub known: u32,
}

/// How an episode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Its jobs are on their way into the queue.
    Loading,
    /// It is being painted, or waits for workers.
    Running,
    /// It waits until it is resumed.
    Paused,
    /// It was cancelled.
    Cancelled,
    /// Everything is painted and published.
    Done,
    /// It has ended, but some drawings failed.
    Incomplete,
    /// Only dead jobs hold it up: correct their drawings, or retry them.
    Halted,
}

impl Phase {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Cancelled | Self::Done | Self::Incomplete | Self::Halted)
    }

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
            Self::Done => "done",
            Self::Incomplete => "incomplete",
            Self::Halted => "halted",
        }
    }
}

/// Drawings by where they are. Those that a running job has come to an end with count as painted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrawingCounts {
    /// All line drawings.
    pub total: u32,
    /// Given painted, or corrected.
    pub given: u32,
    /// Painted.
    pub painted: u32,
    /// Could not be painted.
    pub failed: u32,
    /// Not painted yet.
    pub left: u32,
}

/// Jobs by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobCounts {
    /// Wait for other jobs.
    pub blocked: u32,
    /// Could run, but the episode is loading or paused.
    pub parked: u32,
    /// Can be claimed.
    pub ready: u32,
    /// Being painted.
    pub running: u32,
    /// Have failed and come back.
    pub delayed: u32,
    /// Committed.
    pub done: u32,
    /// Have failed for good.
    pub dead: u32,
    /// Cancelled.
    pub cancelled: u32,
}

/// How far an episode is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// The episode.
    #[schema(value_type = String)]
    pub id: EpisodeId,
    /// The show it belongs to.
    #[schema(value_type = String)]
    pub show: Show,
    /// Who submitted it.
    #[schema(value_type = String)]
    pub user: User,
    /// Its share of the farm.
    #[schema(value_type = String)]
    pub priority: Priority,
    /// Label of the model that paints it.
    pub model: String,
    /// Version of its manifest: 1, and one more for each correction.
    pub revision: u32,
    /// When it came into the queue, in milliseconds since 1970; none if the queue has forgotten it.
    pub created_ms: Option<u64>,
    /// How it is.
    pub state: Phase,
    /// Its drawings.
    pub drawings: DrawingCounts,
    /// Its jobs.
    pub jobs: JobCounts,
    /// Drawings painted a second since it came into the queue.
    pub drawings_per_second: Option<f64>,
    /// Seconds until it is painted, at that speed.
    pub eta_seconds: Option<f64>,
}

/// Episodes, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EpisodeList {
    /// The episodes.
    pub episodes: Vec<Summary>,
}

/// A clip of an episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClipView {
    /// Its name, `CUT/CEL`.
    pub name: String,
    /// Its reference mode.
    #[schema(value_type = String)]
    pub mode: common::Mode,
    /// Its drawings.
    pub drawings: DrawingCounts,
    /// Its jobs.
    pub jobs: JobCounts,
}

/// An episode with its clips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EpisodeView {
    /// How far it is.
    #[serde(flatten)]
    pub summary: Summary,
    /// Its clips.
    pub clips: Vec<ClipView>,
    /// References that could not be used, and why, each once.
    pub notices: Vec<String>,
}
