//! A queue that has lost its memory, or part of it, begins anew.

use std::time::Duration;

use common::queue::{Pulse, QueueError};

use super::epoch;
use super::pace::Round;
use super::shared::Shared;
use crate::service::Result;

/// Watches the pulse of the queue.
pub(super) struct Watch<'a> {
    shared: &'a Shared,
    last: Option<Seen>,
    /// The highest epoch that is known to stand in the store.
    stored: Option<u64>,
}

impl<'a> Watch<'a> {
    pub const fn new(shared: &'a Shared) -> Self {
        Self { shared, last: None, stored: None }
    }

    async fn watch(&mut self) -> Result<()> {
        let pulse = self.shared.queue().pulse().await?;
        let stored = match self.stored {
            Some(stored) => stored,
            None => epoch::read(&self.shared.service).await?,
        };
        self.stored = Some(stored);
        let epoch = match step(self.last.as_ref(), stored, &pulse) {
            Step::Keep(epoch) => epoch,
            Step::Join => self.join().await?,
            Step::Begin => self.begin(&pulse).await?,
        };
        self.last = Some(Seen { epoch, canary: pulse.canary, server: pulse.server });
        self.shared.set_sound(true);
        Ok(())
    }

    async fn join(&mut self) -> Result<u64> {
        let epoch = self.shared.queue().join().await?;
        // Whoever began it may not have written it down; the next one must be above it all the same.
        self.write_down(epoch).await?;
        self.shared.doubt();
        Ok(epoch)
    }

    /// Begins an epoch above all that are known. The store learns of it first: a number is never used twice.
    async fn begin(&mut self, pulse: &Pulse) -> Result<u64> {
        self.shared.set_sound(false);
        let known = [Some(epoch::read(&self.shared.service).await?), pulse.epoch, self.last_epoch()];
        let next = known.into_iter().flatten().max().unwrap_or(0) + 1;
        tracing::warn!(
            queue.epoch = next,
            queue.server = pulse.server,
            "the queue has lost its memory: it begins anew"
        );
        self.write_down(next).await?;
        match self.shared.queue().reset(next).await {
            // All episodes come in again.
            Ok(()) => {
                self.shared.doubt();
                Ok(next)
            }
            // Another scheduler was faster.
            Err(QueueError::Epoch { current: Some(_), .. }) => self.join().await,
            Err(error) => Err(error.into()),
        }
    }

    async fn write_down(&mut self, epoch: u64) -> Result<()> {
        if self.stored.is_none_or(|stored| stored < epoch) {
            epoch::write(&self.shared.service, epoch).await?;
            self.stored = Some(epoch);
        }
        Ok(())
    }

    fn last_epoch(&self) -> Option<u64> {
        self.last.as_ref().map(|last| last.epoch)
    }
}

impl Round for Watch<'_> {
    const NAME: &'static str = "watch";

    fn rest(&self) -> Duration {
        self.shared.options.watch
    }

    async fn round(&mut self) -> Result<()> {
        if !self.shared.leads() {
            return Ok(());
        }
        self.watch().await
    }
}

/// The queue as it was when last looked at.
#[derive(Clone, Debug)]
struct Seen {
    epoch: u64,
    canary: u64,
    server: String,
}

/// What is to be done about the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing: it is the one it was, in this epoch.
    Keep(u64),
    /// Somebody has begun an epoch.
    Join,
    /// It has lost its memory, or may have lost some of it.
    Begin,
}

/// Decides by what was seen last, the epoch that the store knows of, and the pulse.
fn step(last: Option<&Seen>, stored: u64, pulse: &Pulse) -> Step {
    let Some(epoch) = pulse.epoch else { return Step::Begin };
    // From before an epoch that has begun: an old state has come back.
    if epoch < stored {
        return Step::Begin;
    }
    match last {
        // What came before a new epoch has been seen to by whoever began it.
        None => Step::Join,
        Some(last) if epoch > last.epoch => Step::Join,
        Some(last) if epoch < last.epoch || pulse.canary < last.canary || pulse.server != last.server => {
            Step::Begin
        }
        Some(_) => Step::Keep(epoch),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulse(epoch: impl Into<Option<u64>>, canary: u64, server: &str) -> Pulse {
        Pulse { epoch: epoch.into(), canary, server: server.into() }
    }

    #[test]
    fn a_queue_that_lost_its_memory_begins_anew() {
        let last = Seen { epoch: 3, canary: 100, server: "a".into() };
        for (case, pulse) in [
            ("empty", pulse(None, 1, "a")),
            ("writes were lost", pulse(3, 99, "a")),
            ("a failover, which may have lost writes", pulse(3, 101, "b")),
            ("an old state came back", pulse(2, 101, "a")),
        ] {
            assert_eq!(step(Some(&last), 3, &pulse), Step::Begin, "{case}");
        }
        assert_eq!(step(Some(&last), 3, &pulse(3, 101, "a")), Step::Keep(3));
        assert_eq!(step(Some(&last), 3, &pulse(3, 100, "a")), Step::Keep(3));
    }

    #[test]
    fn an_epoch_that_another_began_is_joined() {
        let last = Seen { epoch: 3, canary: 100, server: "a".into() };
        assert_eq!(step(Some(&last), 3, &pulse(4, 2, "b")), Step::Join);
    }

    #[test]
    fn at_the_start_only_the_store_can_tell() {
        assert_eq!(step(None, 0, &pulse(None, 1, "a")), Step::Begin);
        assert_eq!(step(None, 0, &pulse(1, 1, "a")), Step::Join);
        assert_eq!(step(None, 4, &pulse(4, 1, "a")), Step::Join);
        assert_eq!(step(None, 5, &pulse(4, 1, "a")), Step::Begin);
    }
}
