//! The worker's standing with the queue: registered, in its epoch, attached to the jobs it runs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::farm::WorkerInfo;
use common::ids::{JobKey, WorkerId};
use common::queue::{Claim, Held, JobQueue, JobState, NewWorker, QueueError, Result};
use tokio::sync::Notify;

use super::lease::{Lease, Verdict};
use super::leases::Leases;
use super::told;

/// Wait before a call is made again.
const PAUSE: Duration = Duration::from_millis(100);
/// Wait before a call to a queue that cannot be reached is made again.
const LONG_PAUSE: Duration = Duration::from_secs(1);
/// How often the worker tells how it is.
const TELLS: Duration = Duration::from_secs(10);
/// How long a job may be missing from a queue that is rebuilt until it is given up.
const PATIENCE: Duration = Duration::from_secs(120);

/// The worker's standing with the queue.
#[derive(Debug)]
pub(super) struct Session {
    queue: Arc<dyn JobQueue>,
    worker: NewWorker,
    info: WorkerInfo,
    leases: Arc<Leases>,
    /// The epoch that the worker has registered in.
    epoch: AtomicU64,
    /// Rung when the standing may be lost.
    pub alarm: Arc<Notify>,
}

impl Session {
    pub fn new(queue: Arc<dyn JobQueue>, worker: NewWorker, info: WorkerInfo, leases: Arc<Leases>) -> Self {
        Self { queue, worker, info, leases, epoch: AtomicU64::new(0), alarm: Arc::default() }
    }

    pub fn queue(&self) -> &dyn JobQueue {
        self.queue.as_ref()
    }

    pub fn worker(&self) -> &WorkerId {
        &self.worker.id
    }

    /// Joins the epoch and registers. While the queue has no epoch, or cannot be reached, it waits.
    pub async fn begin(&self) -> Result<()> {
        let mut told = false;
        loop {
            match self.join().await {
                Err(error @ (QueueError::Epoch { .. } | QueueError::Unavailable { .. })) => {
                    if !std::mem::replace(&mut told, true) {
                        tracing::warn!(%error, "waiting for the queue");
                    }
                    tokio::time::sleep(LONG_PAUSE).await;
                }
                other => return other,
            }
        }
    }

    async fn join(&self) -> Result<()> {
        let epoch = self.queue.join().await?;
        let worker = NewWorker { info: told::now(&self.info), ..self.worker.clone() };
        self.queue.register(worker).await?;
        if self.epoch.swap(epoch, Ordering::SeqCst) != epoch {
            tracing::info!(queue.epoch = epoch, "registered");
        }
        Ok(())
    }

    /// Whether a lease was granted by a queue that has lost its memory since.
    fn is_orphan(&self, lease: &Lease) -> bool {
        lease.epoch() != Some(self.epoch.load(Ordering::SeqCst))
    }

    /// Restores the standing whenever it is lost, and tells how the worker is now and then. Never returns.
    pub async fn keep(&self) {
        let mut missing: BTreeMap<JobKey, Instant> = BTreeMap::new();
        loop {
            if missing.is_empty() {
                tokio::select! {
                    () = self.alarm.notified() => {}
                    () = tokio::time::sleep(TELLS) => {}
                }
            } else {
                tokio::time::sleep(PAUSE * 3).await;
            }
            if let Err(error) = self.join().await {
                tracing::debug!(%error, "not registered yet");
                tokio::time::sleep(PAUSE * 3).await;
                self.alarm.notify_one();
                continue;
            }
            let orphans = self.leases.all().into_iter().filter(|lease| self.is_orphan(lease));
            let mut still = BTreeMap::new();
            for lease in orphans {
                let since = missing.get(&lease.key()).copied().unwrap_or_else(Instant::now);
                if !self.attach(&lease, since).await {
                    still.insert(lease.key(), since);
                }
            }
            missing = still;
        }
    }

    /// Tries to get a job back; gives whether that has come to an end, one way or the other.
    async fn attach(&self, lease: &Lease, since: Instant) -> bool {
        let (key, sent) = (lease.key(), Instant::now());
        match self.queue.reattach(&self.worker.id, &key).await {
            Ok(Claim::Granted(grant)) => {
                tracing::info!(job.id = %key, "attached again");
                lease.reattached(&grant, sent);
                return true;
            }
            // It may not be submitted again yet.
            Ok(_) | Err(QueueError::NoJob(_)) if since.elapsed() < PATIENCE => {}
            Ok(_) | Err(QueueError::NoJob(_)) => {
                tracing::warn!(job.id = %key, "given up: the rebuilt queue does not have it");
                lease.tell(Verdict::Lost);
                return true;
            }
            Err(error) => tracing::debug!(job.id = %key, %error, "not attached again"),
        }
        let state = self.queue.job(&key).await.ok().map(|job| job.state);
        let taken =
            matches!(state, Some(JobState::Running | JobState::Done | JobState::Dead | JobState::Cancelled));
        if taken {
            tracing::info!(job.id = %key, "given up: another worker has it, or it is at its end");
            lease.tell(Verdict::Lost);
        }
        taken
    }

    /// Asks the queue something about a lease until it answers, while the lease holds. An answer that `is_stale` counts only
    /// if it was not the queue that has forgotten the lease. `None` when the lease is over.
    pub async fn ask<T, F>(
        &self,
        lease: &Lease,
        is_stale: impl Fn(&T) -> bool,
        ask: impl Fn(Held) -> F,
    ) -> Option<T>
    where
        F: Future<Output = Result<T>>,
    {
        loop {
            let held = lease.held();
            match lease.guarded(|| ask(held.clone())).await? {
                Ok(answer) if !is_stale(&answer) => return Some(answer),
                Ok(_) if lease.held() != held => {}
                Ok(_) if self.is_orphan(lease) => {
                    self.alarm.notify_one();
                    tokio::time::sleep(PAUSE).await;
                }
                Ok(answer) => return Some(answer),
                Err(QueueError::Epoch { .. } | QueueError::NoWorker(_)) => {
                    self.alarm.notify_one();
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) if error.is_transient() => {
                    tracing::debug!(job.id = %held.key, %error, "asking again");
                    tokio::time::sleep(LONG_PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(job.id = %held.key, %error, "given up");
                    lease.tell(Verdict::Lost);
                    return None;
                }
            }
        }
    }
}
