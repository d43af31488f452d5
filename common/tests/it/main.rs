//! What scheduler and worker share, on real backends.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod queue;
