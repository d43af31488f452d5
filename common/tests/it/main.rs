//! What this package promises, over real servers and files.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod store;
