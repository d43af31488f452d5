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

/// Counts events.
pub struct Tally(Mutex<Outcome>);

impl Tally {
    /// Starts with what failed before painting, and says it.
    pub fn new(failed: Vec<Failure>) -> Self {
        failed.iter().for_each(|failure| terminal::note(&failure.to_string()));
        Self(Mutex::new(Outcome { failed, ..Outcome::default() }))
    }

    /// A drawing that was given painted.
    pub fn given(&self, result: Result<(), Failure>) {
        self.with(|outcome| match result {
            Ok(()) => outcome.given += 1,
            Err(failure) => {
                terminal::note(&failure.to_string());
                outcome.failed.push(failure);
            }
        });
    }

    /// Something became of a drawing or reference.
    pub fn count(&self, event: Event) {
        self.with(|outcome| match event {
            Event::Painted(_) => outcome.painted += 1,
            Event::Unchanged(_) => outcome.unchanged += 1,
            Event::Edited(key) => {
                outcome.unchanged += 1;
                outcome.edited.push(key);
            }
            Event::Failed(_, failure) | Event::ReferenceFailed(failure) => outcome.failed.push(failure),
        });
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
