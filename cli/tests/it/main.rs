//! The command as a user runs it.

mod bad_input;
mod example;
mod golden;
mod incremental;
mod layouts;
mod support;
