//! The goldens of the reference implementation.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod cases;
mod golden;
mod metrics;
