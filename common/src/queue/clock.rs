//! The clock of a queue in memory. One on Redis uses the server's clock alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
#[derive(Clone, Debug)]
pub(super) enum Clock {
    /// The time of day when the queue was made, carried on by a clock that nobody sets.
    System { origin_ms: u64, since: Instant },
    /// One that is set from outside.
    Manual(ManualClock),
}

impl Clock {
    pub fn system() -> Self {
        let origin = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::System { origin_ms: origin.as_millis() as u64, since: Instant::now() }
    }

    pub fn now_ms(&self) -> u64 {
        match self {
            Self::System { origin_ms, since } => origin_ms + since.elapsed().as_millis() as u64,
            Self::Manual(clock) => clock.now_ms(),
        }
    }
}

/// A clock that a simulation or a test sets. Clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// A clock that stands at this time.
    #[must_use]
    pub fn at(ms: u64) -> Self {
        Self(Arc::new(AtomicU64::new(ms)))
    }

    /// What it shows.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves it on.
    pub fn advance(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}
