//! Jobs whose workers went silent go to others; those whose wait is over come back.

use std::time::Duration;

use tokio::time::Instant;

use super::pace::Round;
use super::shared::Shared;
use crate::service::Result;

/// Requeues expired leases.
pub(super) struct Reaper<'a> {
    shared: &'a Shared,
    stall: Stall,
}

impl<'a> Reaper<'a> {
    pub fn new(shared: &'a Shared) -> Self {
        Self { shared, stall: Stall::new(shared.options.lease / 2) }
    }

    async fn reap(&mut self) -> Result<()> {
        let queue = self.shared.queue();
        // It may answer late: only now is it known how long heartbeats had to wait.
        queue.pulse().await?;
        if self.stall.is_suspected(Instant::now()) {
            let leases = queue.extend_leases().await?;
            tracing::info!(leases, "leases are extended, since heartbeats may not have been heard");
        }
        loop {
            let reaped = queue.reap().await?;
            self.shared.service.metrics.expired_leases.inc_by(u64::from(reaped.lost));
            if !reaped.more {
                return Ok(());
            }
        }
    }
}

impl Round for Reaper<'_> {
    const NAME: &'static str = "reaper";

    fn rest(&self) -> Duration {
        self.shared.options.reap
    }

    async fn round(&mut self) -> Result<()> {
        let reaped = self.reap().await;
        self.stall.note(reaped.is_ok().then(Instant::now));
        reaped
    }
}

/// Whether the queue may have been unable to hear heartbeats since the last round. Then leases have expired of workers
/// that are well.
#[derive(Debug)]
struct Stall {
    patience: Duration,
    /// When the last round went well; none if there was none, or a later one failed.
    well: Option<Instant>,
}

impl Stall {
    const fn new(patience: Duration) -> Self {
        Self { patience, well: None }
    }

    fn is_suspected(&self, now: Instant) -> bool {
        self.well.is_none_or(|well| now.duration_since(well) > self.patience)
    }

    const fn note(&mut self, well: Option<Instant>) {
        self.well = well;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_is_suspected_after_silence_or_failure() {
        let (began, seconds) = (Instant::now(), Duration::from_secs);
        let mut stall = Stall::new(seconds(7));
        assert!(stall.is_suspected(began), "nobody knows what was before the start");
        stall.note(Some(began));
        assert!(!stall.is_suspected(began + seconds(1)));
        assert!(!stall.is_suspected(began + seconds(7)));
        assert!(stall.is_suspected(began + seconds(8)), "this process, or the queue, stood still");
        stall.note(None);
        assert!(stall.is_suspected(began + seconds(1)), "the queue was not there");
        stall.note(Some(began + seconds(2)));
        assert!(!stall.is_suspected(began + seconds(3)));
    }
}
