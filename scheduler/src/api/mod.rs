//! What the scheduler says over HTTP, and its clients read. `docs/openapi.json` is made of these types.

mod blobs;
mod control;
mod drawing;
mod episode;
mod error;
mod farm;
mod job;
pub(crate) mod shapes;

pub use self::blobs::{Missing, Wanted};
pub use self::control::{Correction, NewPriority};
pub use self::drawing::{DrawingList, DrawingState, DrawingView, FileList, FileView};
pub use self::episode::{
    ClipView, DrawingCounts, EpisodeList, EpisodeView, JobCounts, Phase, Submitted, Summary,
};
pub use self::error::{ErrorBody, ErrorCode, Problem};
pub use self::farm::{DeadList, DeadView, EventList, EventView, PoolView, QueueView, WorkerList, WorkerView};
pub use self::job::{JobDetail, JobList, JobView};
