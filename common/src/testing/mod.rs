//! What tests of all packages use: servers that run in the test's own process.
//!
//! A mistake here fails a test, so the code of this module may panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test reports by panicking"
)]

pub mod http;
pub mod s3;
