//! The scheduler, with the queue in memory and the store in a folder.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod http;
