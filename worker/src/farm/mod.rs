//! The worker of a farm: claims jobs, paints them, and puts what it painted into the store.
//!
//! A slot has two halves. One claims a job and fetches what it needs (`prepare`), the other paints (`attempt`), so that
//! the engine finds the next job ready. A heartbeat on a thread of its own keeps the leases of both (`heartbeat`). What
//! was painted counts by its commit in the store (`commit`), never by what the queue remembers.

mod attempt;
mod blobs;
mod chain;
mod commit;
mod error;
mod fetch;
mod heartbeat;
mod lease;
mod leases;
mod metrics;
mod model;
mod monitor;
mod options;
mod phase;
mod prepare;
mod resume;
mod selftest;
mod session;
mod shared;
mod slot;
mod told;
mod upload;
mod warm;
mod work_dir;
mod worker;

pub use self::error::FarmError;
pub use self::heartbeat::Connect;
pub use self::model::FarmModel;
pub use self::monitor::{Monitor, NotReady};
pub use self::options::Options;
pub use self::phase::Drain;
pub use self::worker::{End, Worker};
