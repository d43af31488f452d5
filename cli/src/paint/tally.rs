//! What became of the drawings, counted over all threads.

use std::sync::{Mutex, PoisonError};

use worker::pipeline::{Event, Failure};

use crate::terminal;

/// What became of the drawings.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Drawings painted by this run.
    pub painted: usize,
    /// Drawings whose earlier result stands.
    pub unchanged: usize,
    /// Those of them that a person has edited.
    pub edited: Vec<String>,
    /// Drawings given painted.
    pub given: usize,
    /// What failed, and why.
    pub failed: Vec<Failure>,
}

impl Outcome {
    /// Whether anything differs from the run before.
    pub const fn changed(&self) -> bool {
        self.painted > 0 || !self.failed.is_empty() || !self.edited.is_empty()
    }
}

/// Counts events, and says each failure once.
#[derive(Default)]
pub struct Tally(Mutex<Outcome>);

impl Tally {
    /// A drawing that was given painted.
    pub fn given(&self) {
        self.with(|outcome| outcome.given += 1);
    }

    /// Something failed. A file that fails in two roles is one failure.
    pub fn fail(&self, failure: Failure) {
        self.with(|outcome| {
            if !outcome.failed.contains(&failure) {
                terminal::note(&failure.to_string());
                outcome.failed.push(failure);
            }
        });
    }

    /// Something became of a drawing or reference.
    pub fn count(&self, event: Event) {
        match event {
            Event::Painted(_) => self.with(|outcome| outcome.painted += 1),
            Event::Unchanged(_) => self.with(|outcome| outcome.unchanged += 1),
            Event::Edited(key) => self.with(|outcome| {
                outcome.unchanged += 1;
                outcome.edited.push(key);
            }),
            Event::Failed(_, failure) | Event::ReferenceFailed(failure) => self.fail(failure),
        }
    }

    /// The counts. Failures are in the order of their paths, whichever thread met them first.
    pub fn finish(self) -> Outcome {
        let mut outcome = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        outcome.failed.sort_by(|a, b| a.path.cmp(&b.path));
        outcome
    }

    fn with(&self, change: impl FnOnce(&mut Outcome)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
