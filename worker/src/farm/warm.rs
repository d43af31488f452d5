//! Which references the worker holds, as the queue knows them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::queue::Affinity;

/// Affinities remembered. What was used before them has most likely been dropped.
const KEPT: usize = 64;

/// The affinities of the jobs painted last.
#[derive(Debug, Default)]
pub(super) struct Warm(Mutex<VecDeque<Affinity>>);

impl Warm {
    /// A job of this affinity was painted.
    pub fn note(&self, affinity: Affinity) {
        let mut kept = self.lock();
        kept.retain(|other| *other != affinity);
        kept.push_front(affinity);
        kept.truncate(KEPT);
    }

    pub fn all(&self) -> Vec<Affinity> {
        self.lock().iter().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Affinity>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
