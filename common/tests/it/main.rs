//! What scheduler and worker share, on real servers and files.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod queue;
mod store;
