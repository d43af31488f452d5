//! The goldens of the reference implementation; drawings in every variant of their formats.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod cases;
mod drawings;
mod golden;
mod metrics;
mod pillow;
