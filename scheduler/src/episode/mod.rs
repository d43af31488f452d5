//! Episodes of the farm: a folder becomes a manifest, and a manifest becomes jobs. Pure; the caller reads and writes.
//!
//! The jobs paint the same drawings from the same references in the same order as `shiage paint` does: both follow
//! `runs`. What is added here is that long runs are cut into several jobs.

mod cut;
mod derive;
mod plan;
mod queue;
mod rates;
mod scan;
mod size;

#[cfg(test)]
mod tests;

pub use self::derive::{Derived, derive};
pub use self::plan::{PlanError, Planned, plan};
pub use self::queue::to_queue;
pub use self::rates::{Rate, Rates};
pub use self::scan::{About, FileFacts, Scanned, manifest};
pub use self::size::pin;
