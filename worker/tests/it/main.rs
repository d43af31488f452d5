//! The model against the reference implementation, and its files.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test reports by panicking, and says what it measured"
)]

mod cases;
#[cfg(feature = "cuda")]
mod device;
mod farm;
mod files;
mod foundation;
mod fuzz;
mod golden;
mod matcher;
mod network;
mod rounding;
mod variants;
