//! The progress bar, on stderr when that is a terminal.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};
use worker::pipeline::Event;

/// Shows how far the painting is, with rate and time left.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts to show; without a terminal nothing is drawn.
    pub fn start(drawings: usize, quiet: bool) -> Self {
        if drawings == 0 || quiet || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(drawings as u64);
        let template = "{bar:32} {pos}/{len} drawings  {per_sec}  {eta} left  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// A drawing is done, in one way or another.
    pub fn advance(&self, event: &Event) {
        match event {
            Event::Painted(key) => {
                self.bar.set_message(key.clone());
                self.bar.inc(1);
            }
            Event::Unchanged(_) | Event::Edited(_) | Event::Failed(..) => self.bar.inc(1),
            Event::ReferenceFailed(_) => {}
        }
    }

    /// Starts to show how many bytes are done.
    pub fn bytes(what: &str, total: u64, quiet: bool) -> Self {
        if total == 0 || quiet || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(total);
        let template =
            format!("{{bar:32}} {{bytes}}/{{total_bytes}} {what}  {{bytes_per_sec}}  {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// So many more are done.
    pub fn add(&self, count: u64) {
        self.bar.inc(count);
    }

    /// So many are done now.
    pub fn reach(&self, count: u64, message: &str) {
        self.bar.set_position(count);
        self.bar.set_message(message.to_owned());
    }

    /// Something is done that has no name.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Does something that may print, without tearing the bar.
    pub fn beside(&self, work: impl FnOnce()) {
        self.bar.suspend(work);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
