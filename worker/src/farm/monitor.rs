//! How a worker is, for those who ask from outside.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::metrics::Metrics;
use super::phase::Drain;

/// Leases that the heartbeat may take for one turn. It waits for the queue for long; what is longer is a thread that hangs.
const TURN: u32 = 4;
/// The least time for a turn: the queue's connection tries on for ten seconds.
const LEAST: Duration = Duration::from_secs(60);

/// How a worker is. Clones ask the same worker.
#[derive(Clone, Debug)]
pub struct Monitor {
    metrics: Arc<Metrics>,
    drain: Drain,
    patience: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Whether the worker has passed its self-test and has registered.
    begun: bool,
    /// When the heartbeat turned last.
    turned: Option<Instant>,
}

impl State {
    fn is_alive(&self, now: Instant, patience: Duration) -> bool {
        self.turned.is_none_or(|turned| now.duration_since(turned) < patience)
    }
}

/// Why a worker gets no jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// It tests its models, or waits for the queue.
    #[error("starting: tests its models and registers")]
    Starting,
    /// It finishes what is in hand.
    #[error("ending: finishes what is in hand")]
    Ending,
}

impl Monitor {
    /// Of a worker whose leases last so long.
    pub(super) fn new(metrics: Arc<Metrics>, drain: Drain, lease: Duration) -> Self {
        Self { metrics, drain, patience: LEAST.max(lease * TURN), state: Arc::default() }
    }

    /// The worker has registered and claims.
    pub(super) fn begins(&self) {
        self.lock().begun = true;
    }

    /// The heartbeat has made a turn, whether it was heard or not.
    pub(super) fn turns(&self) {
        self.lock().turned = Some(Instant::now());
    }

    /// Its metrics, as Prometheus reads them.
    ///
    /// # Errors
    /// Never: they were checked when they were made.
    pub fn metrics(&self) -> Result<String, common::metrics::Error> {
        self.metrics.text()
    }

    /// Whether its heartbeat still turns: else it must be started again. It turns also while the queue is not there.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.lock().is_alive(Instant::now(), self.patience)
    }

    /// Whether it claims jobs.
    ///
    /// # Errors
    /// When it does not yet, or no more.
    pub fn ready(&self) -> Result<(), NotReady> {
        if self.drain.is_over() {
            return Err(NotReady::Ending);
        }
        if self.lock().begun { Ok(()) } else { Err(NotReady::Starting) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_that_stands_still_is_seen() {
        let (now, seconds) = (Instant::now(), Duration::from_secs);
        assert!(State::default().is_alive(now, seconds(60)), "it has not begun yet");
        let state = State { begun: true, turned: Some(now) };
        assert!(state.is_alive(now + seconds(59), seconds(60)));
        assert!(!state.is_alive(now + seconds(60), seconds(60)));
    }
}
