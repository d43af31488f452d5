//! How idle workers learn that there is work.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;

use crate::ids::Pool;

/// How often each pool has got jobs.
type Rings = BTreeMap<Pool, u64>;

/// The bell of a queue in this process.
#[derive(Debug)]
pub(super) struct Bell(watch::Sender<Rings>);

impl Bell {
    pub fn new() -> Self {
        Self(watch::Sender::new(Rings::new()))
    }

    /// Wakes the listeners of a pool.
    pub fn ring(&self, pool: &Pool) {
        self.0.send_modify(|rings| *rings.entry(pool.clone()).or_default() += 1);
    }

    /// Wakes every listener, as when rings may have been missed.
    pub fn ring_all(&self) {
        self.0.send_modify(|rings| rings.values_mut().for_each(|count| *count += 1));
    }

    pub fn listen(&self, pools: &[Pool]) -> Listener {
        // A pool must be in the table for `ring_all` to reach who waits for it.
        self.0.send_if_modified(|rings| {
            for pool in pools {
                rings.entry(pool.clone()).or_default();
            }
            false
        });
        let rings = self.0.subscribe();
        let heard = rings.borrow().clone();
        Listener { pools: pools.to_vec(), heard, rings }
    }
}

/// Waits for jobs of some pools. What has come since it was made counts.
#[derive(Debug)]
pub struct Listener {
    pools: Vec<Pool>,
    heard: Rings,
    rings: watch::Receiver<Rings>,
}

impl Listener {
    /// Waits until a pool has got a job, at most for `timeout`. A wake-up may be in vain: the job may be gone by the
    /// time of the claim, and since one can be missed, too, the timeout is to be short and jittered.
    pub async fn wait(mut self, timeout: Duration) {
        let (pools, heard) = (self.pools, self.heard);
        let rung = |rings: &Rings| pools.iter().any(|pool| rings.get(pool) != heard.get(pool));
        // Either the time is over or the queue is gone; both end the wait.
        let _ = tokio::time::timeout(timeout, self.rings.wait_for(rung)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(name: &str) -> Pool {
        name.parse().unwrap()
    }

    async fn woken(listener: Listener) -> bool {
        let began = tokio::time::Instant::now();
        listener.wait(Duration::from_secs(5)).await;
        began.elapsed() < Duration::from_secs(5)
    }

    #[tokio::test(start_paused = true)]
    async fn a_ring_before_the_wait_counts() {
        let bell = Bell::new();
        let (gpu, cpu) = (bell.listen(&[pool("gpu")]), bell.listen(&[pool("cpu")]));
        bell.ring(&pool("gpu"));
        assert!(woken(gpu).await);
        assert!(!woken(cpu).await);
    }

    #[tokio::test(start_paused = true)]
    async fn all_are_woken_when_rings_may_have_been_missed() {
        let bell = Bell::new();
        let listener = bell.listen(&[pool("gpu")]);
        bell.ring_all();
        assert!(woken(listener).await);
    }
}
