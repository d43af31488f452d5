//! The scheduler over queue and store.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod http;
mod rounds;
mod service;
mod web;
