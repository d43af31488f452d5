//! The heartbeat: it keeps the leases, on a thread and a connection of its own, so that nothing else can hold it up.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use common::ids::WorkerId;
use common::queue::{Held, JobQueue, LeaseState, QueueError, Result};
use futures::future::BoxFuture;
use tokio::sync::{Notify, oneshot};

use super::FarmError;
use super::lease::{Lease, Verdict};
use super::leases::Leases;
use super::metrics::{Beat, Metrics, Renewal};
use super::monitor::Monitor;

/// Connects to the queue, on the thread that calls it.
pub type Connect = Box<dyn FnOnce() -> BoxFuture<'static, Result<Arc<dyn JobQueue>>> + Send>;

/// What the heartbeat needs.
pub(super) struct Beating {
    pub worker: WorkerId,
    pub leases: Arc<Leases>,
    /// Time between two heartbeats.
    pub every: Duration,
    /// Rung when the queue does not know the worker, or is in another epoch.
    pub alarm: Arc<Notify>,
    pub metrics: Arc<Metrics>,
    /// Told that this still turns.
    pub monitor: Monitor,
}

/// A heartbeat that goes on until it is dropped.
#[derive(Debug)]
pub(super) struct Heart {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heart {
    /// Starts it, and waits until it has a connection.
    pub async fn start(connect: Connect, beating: Beating) -> std::result::Result<Self, FarmError> {
        let (stop, stopped) = oneshot::channel();
        let (connected, connection) = oneshot::channel();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(FarmError::Thread)?;
        let beat = move || {
            runtime.block_on(async {
                match connect().await {
                    Ok(queue) => {
                        let _ = connected.send(Ok(()));
                        tokio::select! {
                            () = beating.run(queue) => {}
                            _ = stopped => {}
                        }
                    }
                    Err(error) => drop(connected.send(Err(error))),
                }
            });
        };
        let thread =
            std::thread::Builder::new().name("heartbeat".into()).spawn(beat).map_err(FarmError::Thread)?;
        let heart = Self { stop: Some(stop), thread: Some(thread) };
        match connection.await {
            Ok(result) => result.map(|()| heart).map_err(FarmError::Queue),
            Err(_) => Err(FarmError::Thread(std::io::Error::other("the heartbeat has ended at once"))),
        }
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A thread that has panicked has ended, too.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Beating {
    async fn run(&self, queue: Arc<dyn JobQueue>) {
        let mut epoch = queue.join().await.ok();
        let mut silent = false;
        loop {
            let next = Instant::now() + self.every;
            let heard = self.beat(queue.as_ref(), epoch).await;
            self.metrics.heartbeats.of(if heard.is_ok() { Beat::Heard } else { Beat::Failed }).inc();
            self.monitor.turns();
            match heard {
                Ok(()) => silent = false,
                Err(error @ (QueueError::Epoch { .. } | QueueError::NoWorker(_))) => {
                    tracing::debug!(%error, "heartbeat");
                    epoch = queue.join().await.ok();
                    self.alarm.notify_one();
                }
                Err(error) => {
                    if !std::mem::replace(&mut silent, true) {
                        tracing::warn!(%error, "heartbeat is not heard; writing stops when the lease is over");
                    }
                }
            }
            tokio::time::sleep_until(next.into()).await;
        }
    }

    /// One heartbeat for all leases of this epoch. Those of another one wait to be attached again.
    async fn beat(&self, queue: &dyn JobQueue, epoch: Option<u64>) -> Result<()> {
        let leases: Vec<Arc<Lease>> =
            self.leases.all().into_iter().filter(|lease| lease.epoch() == epoch).collect();
        let held: Vec<Held> = leases.iter().map(|lease| lease.held()).collect();
        let sent = Instant::now();
        let states = queue.heartbeat(&self.worker, &held).await?;
        for ((lease, held), state) in leases.iter().zip(&held).zip(states) {
            self.metrics.renewals.of(Renewal::from(state)).inc();
            if lease.held() == *held {
                hear(lease, state, sent);
            }
        }
        Ok(())
    }
}

fn hear(lease: &Lease, state: LeaseState, sent: Instant) {
    match state {
        LeaseState::Held => lease.confirm(sent),
        LeaseState::Preempt => {
            lease.confirm(sent);
            lease.tell(Verdict::Yield);
        }
        LeaseState::Cancel => lease.tell(Verdict::Cancel),
        LeaseState::Lost => lease.tell(Verdict::Lost),
    }
}
