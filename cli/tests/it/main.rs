//! The command as a user runs it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod bad_input;
mod bench;
mod check;
mod client;
mod eval;
mod eval_table;
mod example;
mod golden;
mod incremental;
mod layouts;
mod manifests;
mod scan;
mod scenes;
mod studio;
mod support;
mod worker;
