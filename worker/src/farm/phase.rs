//! Whether a worker goes on.

use tokio::sync::watch;

/// Whether a worker goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It claims and paints.
    Working,
    /// It finishes what is in hand.
    Draining,
    /// Its device paints no more; it gives everything back.
    Broken(String),
}

/// Asks a worker to end. Clones ask the same worker.
#[derive(Clone, Debug)]
pub struct Drain(watch::Sender<Phase>);

impl Drain {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Phase::Working))
    }

    /// Has it finish the drawings in hand, give its jobs back and end. Asking again changes nothing.
    pub fn drain(&self) {
        self.enter(Phase::Draining);
    }

    /// Has it end since its device does not paint any more.
    pub(super) fn break_down(&self, reason: String) {
        self.enter(Phase::Broken(reason));
    }

    /// Leaves work for the first reason that is given.
    fn enter(&self, phase: Phase) {
        self.0.send_if_modified(|current| {
            let first = *current == Phase::Working;
            if first {
                *current = phase;
            }
            first
        });
    }

    pub(super) fn phase(&self) -> Phase {
        self.0.borrow().clone()
    }

    pub(super) fn is_over(&self) -> bool {
        *self.0.borrow() != Phase::Working
    }

    /// Waits until it is to end.
    pub(super) async fn over(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(|phase| *phase != Phase::Working).await;
    }
}
