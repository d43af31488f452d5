//! A farm of real processes with faults injected: what the end-to-end tests run on, and `shiage bench faults`.

mod builder;
pub mod chaos;
mod command;
mod cpu;
mod drawings;
mod farm;
mod fault;
mod files;
mod process;
mod proxy;
pub mod throughput;
mod verdict;

pub use self::builder::{Builder, free_port};
pub use self::command::Output;
pub use self::drawings::Figures;
pub use self::farm::{Farm, SchedulerSlot, WorkerSlot};
pub use self::fault::Fault;
pub use self::files::{copy, differences, files};
pub use self::process::Process;
pub use self::proxy::{Proxy, Weather};
pub use self::verdict::Verdict;

/// What goes wrong here is told to a person, never decided upon.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
