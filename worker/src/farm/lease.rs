//! A lease that the worker holds: what the queue has said of it, and whether it allows to write.

use std::time::{Duration, Instant};

use common::ids::JobKey;
use common::queue::{Grant, Held, Token};
use tokio::sync::watch;
use tokio::time::sleep_until;

use crate::pipeline::Stop;

/// What is to become of the work under a lease. Later ones outweigh earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Paint.
    Go,
    /// Finish the drawing in hand and give the job back.
    Yield,
    /// Stop and give the job back.
    Cancel,
    /// Stop; there is nothing to give back.
    Lost,
}

/// A lease.
#[derive(Debug)]
pub(super) struct Lease {
    /// The attempt under whose prefix results are written, also when the job was attached again under another token.
    pub output: Token,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// Ends the painting of the job.
    pub stop: Stop,
    /// How long a confirmation holds.
    fence: Duration,
    view: watch::Sender<View>,
}

#[derive(Clone, Debug)]
struct View {
    held: Held,
    verdict: Verdict,
    /// When the last heartbeat that was confirmed had been sent.
    confirmed: Instant,
    /// Checkpoints that the queue has.
    recorded: usize,
}

impl Lease {
    /// The lease of a claim that was sent at `sent`.
    pub fn new(grant: &Grant, sent: Instant, fence: Duration) -> Self {
        let held = Held { key: grant.key.clone(), token: grant.token.clone() };
        let recorded = grant.checkpoints.len();
        let view = View { held, verdict: Verdict::Go, confirmed: sent, recorded };
        let (output, attempt) = (grant.token.clone(), grant.attempt);
        Self { output, attempt, stop: Stop::default(), fence, view: watch::Sender::new(view) }
    }

    pub fn held(&self) -> Held {
        self.view.borrow().held.clone()
    }

    pub fn key(&self) -> JobKey {
        self.view.borrow().held.key.clone()
    }

    /// The epoch of its token.
    pub fn epoch(&self) -> Option<u64> {
        self.view.borrow().held.token.0.split(':').next()?.parse().ok()
    }

    pub fn verdict(&self) -> Verdict {
        self.view.borrow().verdict
    }

    /// Checkpoints that the queue has.
    pub fn recorded(&self) -> usize {
        self.view.borrow().recorded
    }

    /// The queue has the checkpoint at this position, under this token.
    pub fn record(&self, held: &Held, position: usize) {
        self.view.send_modify(|view| {
            if view.held == *held {
                view.recorded = view.recorded.max(position + 1);
            }
        });
    }

    /// The queue has confirmed a heartbeat that was sent at `sent`.
    pub fn confirm(&self, sent: Instant) {
        self.view.send_modify(|view| view.confirmed = view.confirmed.max(sent));
    }

    /// Passes a verdict, unless a heavier one was passed.
    pub fn tell(&self, verdict: Verdict) {
        if verdict > Verdict::Go {
            self.stop.stop();
        }
        self.view.send_modify(|view| view.verdict = view.verdict.max(verdict));
    }

    /// The queue that lost its memory has given the job back to this worker.
    pub fn reattached(&self, grant: &Grant, sent: Instant) {
        self.view.send_modify(|view| {
            view.held.token = grant.token.clone();
            view.confirmed = sent;
            view.recorded = grant.checkpoints.len();
        });
    }

    /// Waits until a verdict this heavy is passed.
    pub async fn told(&self, verdict: Verdict) {
        // The sender lives as long as `self`.
        let _ = self.view.subscribe().wait_for(|view| view.verdict >= verdict).await;
    }

    /// Does something that may only happen while the lease holds: it waits where no heartbeat was confirmed for too long,
    /// and is broken off and done again where that comes to pass meanwhile. `None` when the lease is over.
    pub async fn guarded<T, F: Future<Output = T>>(&self, mut work: impl FnMut() -> F) -> Option<T> {
        loop {
            self.writable().await?;
            tokio::select! {
                biased;
                () = self.unwritable() => {}
                done = work() => return Some(done),
            }
        }
    }

    async fn writable(&self) -> Option<()> {
        let mut view = self.view.subscribe();
        let holds = |view: &View| view.verdict >= Verdict::Cancel || Instant::now() < self.end(view);
        let over = view.wait_for(holds).await.ok()?.verdict >= Verdict::Cancel;
        (!over).then_some(())
    }

    async fn unwritable(&self) {
        let mut view = self.view.subscribe();
        loop {
            let (over, end) = {
                let view = view.borrow_and_update();
                (view.verdict >= Verdict::Cancel, self.end(&view))
            };
            if over || Instant::now() >= end {
                return;
            }
            tokio::select! {
                _ = view.changed() => {}
                () = sleep_until(end.into()) => {}
            }
        }
    }

    fn end(&self, view: &View) -> Instant {
        view.confirmed + self.fence
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn lease(fence_ms: u64) -> Lease {
        let grant = Grant {
            key: "e1.0".parse().unwrap(),
            token: Token("3:x".into()),
            attempt: 1,
            checkpoints: Vec::new(),
            payload: String::new(),
        };
        Lease::new(&grant, Instant::now(), Duration::from_millis(fence_ms))
    }

    #[tokio::test]
    async fn without_a_heartbeat_work_waits_and_is_done_again() {
        let lease = lease(30);
        let begun = AtomicUsize::new(0);
        let work = lease.guarded(|| async {
            // The first try takes longer than the lease holds.
            if begun.fetch_add(1, Ordering::SeqCst) == 0 {
                std::future::pending::<()>().await;
            }
        });
        let beat = async {
            tokio::time::sleep(Duration::from_millis(90)).await;
            assert_eq!(begun.load(Ordering::SeqCst), 1, "nothing is begun while the lease does not hold");
            lease.confirm(Instant::now());
        };
        let (done, ()) = tokio::join!(work, beat);
        assert_eq!((done, begun.load(Ordering::SeqCst)), (Some(()), 2));
    }

    #[tokio::test]
    async fn what_is_lost_is_broken_off() {
        let lease = lease(10_000);
        let work = lease.guarded(std::future::pending::<()>);
        let (done, ()) = tokio::join!(work, async { lease.tell(Verdict::Lost) });
        assert_eq!(done, None);
        assert!(lease.stop.is_stopped());
        lease.tell(Verdict::Yield);
        assert_eq!(lease.verdict(), Verdict::Lost);
    }

    #[test]
    fn the_epoch_stands_in_the_token() {
        assert_eq!(lease(1).epoch(), Some(3));
    }
}
