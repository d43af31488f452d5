//! The farm from end to end, as real processes.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports by panicking")]

mod accessible;
mod browser;
mod compose;
mod drain;
mod faults;
mod hooks;
mod metrics;
mod pod;
mod receiver;
mod recovery;
mod upgrade;
mod web;
mod whole;

use std::path::PathBuf;
use std::time::Duration;

use e2e::Builder;

/// How long an episode may take, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(180);

/// The program under test, which lies two folders above the tests.
fn shiage() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("shiage");
    assert!(program.is_file(), "{}: build it first: cargo build -p cli", program.display());
    program
}

fn farm() -> Builder {
    Builder::new(&shiage())
}
