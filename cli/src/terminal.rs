//! The one place that prints: results to stdout, everything for the eye to stderr.
#![expect(clippy::print_stderr, reason = "a command line prints")]

use std::io::Write as _;

/// Says why a command failed.
pub fn error(error: &dyn std::error::Error) {
    eprintln!("error: {error}");
}

/// Says what the user should know but need not act on.
pub fn note(text: &str) {
    eprintln!("{text}");
}

/// Prints a line of the result.
pub fn result(text: &str) {
    // A closed pipe is the reader's choice, not an error.
    let _ = writeln!(std::io::stdout(), "{text}");
}
