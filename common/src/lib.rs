//! What the scheduler and the worker share: all that passes between them.

pub mod digest;
pub mod farm;
pub mod ids;
pub mod job;
pub mod metrics;
pub mod mode;
pub mod queue;
#[cfg(feature = "s3-server")]
pub mod s3_server;
pub mod store;
#[cfg(feature = "testsuite")]
pub mod testing;
pub mod trace;

pub use digest::Digest;
pub use job::{Before, Drawing, Job, Reference};
pub use mode::Mode;
