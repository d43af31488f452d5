//! How long an episode takes on a farm of some size, without the farm. The plan and the queue are those of production;
//! workers and time are simulated, event by event. The same numbers give the same outcome.
//!
//! A simulated worker does what one of the farm does: it claims a job ahead and fetches it while it paints another, embeds
//! each reference once, records every drawing, commits, and claims by the references it holds. Calls of
//! the queue take no time here, a store is always as fast as it was said to be, and nothing fails but by a worker's death.

mod agenda;
mod episode;
mod outcome;
mod run;
mod work;
mod worker;

#[cfg(test)]
mod tests;

use common::ids::{InvalidName, JobKey};
use common::queue::QueueError;

pub use self::episode::Shape;
pub use self::outcome::Outcome;
pub use self::run::simulate;
pub use self::work::Work;
use crate::episode::PlanError;

/// What things cost a worker, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// A drawing, painted.
    pub drawing_us: u64,
    /// A reference that the worker does not hold, embedded.
    pub embedding_us: u64,
    /// From the claim of a job to all it needs being there. Done while another job is painted, if there is one.
    pub fetch_us: u64,
    /// From the last drawing of a job to its commit. The worker paints nothing meanwhile.
    pub commit_us: u64,
}

/// The farm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Farm {
    /// Workers, of one GPU each.
    pub workers: u32,
    /// Whether a worker claims a job while it paints another, as those of the farm do.
    pub ahead: bool,
    /// Whether workers die; `None` if they never do.
    pub deaths: Option<Deaths>,
    /// Decides when.
    pub seed: u64,
}

/// How workers die: without a word, at any time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deaths {
    /// Mean seconds that a worker lives.
    pub mtbf_s: f64,
    /// Time until another one stands in its place, with nothing in its memory.
    pub restart_us: u64,
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The episode cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A name is no name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The queue refused something.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A job has died.
    #[error(
        "job {job} died ({reason}): workers hardly live for one drawing; let them live longer, or drawings take less time"
    )]
    Dead {
        /// The job.
        job: JobKey,
        /// Why.
        reason: String,
    },
}
