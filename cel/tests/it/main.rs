//! The goldens of the reference implementation.

mod cases;
mod golden;
mod metrics;
