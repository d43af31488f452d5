//! The queue in the memory of one process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::JobQueue;
use super::chance::Chance;
use super::clock::{Clock, ManualClock};
use super::episode::{BATCH, EpisodeState, EpisodeStatus, NewEpisode, NewJob, plan};
use super::error::{QueueError, Result};
use super::lease::{
    Aftermath, Checkpointed, Claim, ClaimRequest, Completion, FailureClass, Held, LeaseState, Reaped,
};
use super::limits::{check_checkpoint, check_claim, check_held, check_lead, check_worker, shorten};
use super::order::Priority;
use super::policy::Policy;
use super::registry::{NewWorker, WorkerStatus};
use super::report::{DeadJob, Event, Explanation, JobStatus, Pulse, QueueCounts};
use super::shard::{Asked, Shard};
use super::wake::{Bell, Listener};
use crate::Digest;
use crate::ids::{EpisodeId, JobKey, Pool, WorkerId};

/// A queue in memory: for one machine, and for tests. Clones of a handle share the queue.
#[derive(Debug)]
pub struct MemoryQueue {
    shared: Arc<Shared>,
    /// The epoch this handle works in.
    epoch: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    shard: Mutex<Shard>,
    bell: Bell,
    clock: Clock,
    chance: Chance,
}

impl MemoryQueue {
    /// An empty queue in its first epoch.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self::build(policy, Clock::system(), Chance::new())
    }

    /// A queue whose clock is set from outside and whose chance follows from a seed: the same calls give the same answers.
    /// For simulations and tests.
    #[must_use]
    pub fn with_clock(policy: Policy, clock: &ManualClock, seed: u64) -> Self {
        Self::build(policy, Clock::Manual(clock.clone()), Chance::seeded(seed))
    }

    fn build(policy: Policy, clock: Clock, chance: Chance) -> Self {
        let mut shard = Shard::new(policy);
        shard.reset(1);
        let shared = Shared { shard: Mutex::new(shard), bell: Bell::new(), clock, chance };
        Self { shared: Arc::new(shared), epoch: AtomicU64::new(1) }
    }

    /// Another handle on the same queue, as another process would have.
    #[must_use]
    pub fn handle(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), epoch: AtomicU64::new(self.epoch.load(Ordering::SeqCst)) }
    }

    /// Runs one operation, in the epoch of this handle.
    fn run<T>(&self, operation: impl FnOnce(&mut Shard, u64) -> Result<T>) -> Result<T> {
        let ours = self.epoch.load(Ordering::SeqCst);
        self.run_in_any(|shard, now| match shard.epoch {
            Some(current) if current == ours => operation(shard, now),
            current => Err(QueueError::Epoch { ours, current }),
        })
    }

    fn run_in_any<T>(&self, operation: impl FnOnce(&mut Shard, u64) -> Result<T>) -> Result<T> {
        let mut shard = self.shared.shard.lock().unwrap_or_else(PoisonError::into_inner);
        let result = operation(&mut shard, self.shared.clock.now_ms());
        for pool in std::mem::take(&mut shard.rung) {
            self.shared.bell.ring(&pool);
        }
        result
    }

    /// Repeats a step that goes through an episode in batches.
    fn sweep(&self, mut step: impl FnMut(&mut Shard, u32, u64) -> Result<Option<u32>>) -> Result<()> {
        let mut from = Some(0);
        while let Some(at) = from {
            from = self.run(|shard, now| step(shard, at, now))?;
        }
        Ok(())
    }

    fn settle(&self, id: &EpisodeId) -> Result<()> {
        self.sweep(|shard, from, now| shard.settle(id, from, now))
    }

    fn decide(&self, id: &EpisodeId, state: EpisodeState) -> Result<()> {
        self.run(|shard, _| shard.decide(id, state))?;
        self.settle(id)
    }
}

#[async_trait]
impl JobQueue for MemoryQueue {
    async fn pulse(&self) -> Result<Pulse> {
        self.run_in_any(|shard, _| {
            shard.canary += 1;
            Ok(Pulse { epoch: shard.epoch, canary: shard.canary, server: "memory".into() })
        })
    }

    async fn join(&self) -> Result<u64> {
        let ours = self.epoch.load(Ordering::SeqCst);
        let current = self.run_in_any(|shard, _| Ok(shard.epoch))?;
        let epoch = current.ok_or(QueueError::Epoch { ours, current })?;
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(epoch)
    }

    async fn reset(&self, epoch: u64) -> Result<()> {
        self.run_in_any(|shard, _| {
            let current = shard.epoch;
            if shard.reset(epoch) { Ok(()) } else { Err(QueueError::Epoch { ours: epoch, current }) }
        })?;
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(())
    }

    async fn submit(&self, episode: NewEpisode, jobs: Vec<NewJob>) -> Result<EpisodeStatus> {
        let planned = plan(&episode.id, jobs)?;
        let begun = self.run(|shard, now| shard.begin(&episode, planned.len() as u32, now))?;
        let first = begun.loaded as usize;
        for (batch, from) in planned[first.min(planned.len())..].chunks(BATCH).zip((first..).step_by(BATCH)) {
            self.run(|shard, now| shard.load(&episode.id, from as u32, batch, now))?;
        }
        self.run(|shard, _| shard.open(&episode.id))?;
        self.settle(&episode.id)?;
        self.run(|shard, _| shard.status(&episode.id))
    }

    async fn forget(&self, episode: &EpisodeId) -> Result<()> {
        self.sweep(|shard, from, _| shard.forget(episode, from))
    }

    async fn register(&self, worker: NewWorker) -> Result<()> {
        check_worker(&worker)?;
        self.run(|shard, now| shard.register(&worker, now))
    }

    async fn drain(&self, worker: &WorkerId) -> Result<()> {
        self.run(|shard, _| shard.drain(worker))
    }

    async fn deregister(&self, worker: &WorkerId) -> Result<()> {
        self.run(|shard, now| {
            shard.deregister(worker, now);
            Ok(())
        })
    }

    async fn forgive(&self, worker: &WorkerId) -> Result<()> {
        self.run(|shard, _| shard.forgive(worker))
    }

    async fn workers(&self) -> Result<Vec<WorkerStatus>> {
        self.run(|shard, _| Ok(shard.worker_statuses()))
    }

    async fn claim(&self, request: &ClaimRequest) -> Result<Claim> {
        let request = check_claim(request)?;
        let nonce = self.shared.chance.nonce();
        self.run(|shard, now| shard.claim(&request, Asked { nonce: &nonce, again: false, now }))
    }

    async fn reattach(&self, worker: &WorkerId, key: &JobKey) -> Result<Claim> {
        let nonce = self.shared.chance.nonce();
        self.run(|shard, now| shard.reattach(worker, key, Asked { nonce: &nonce, again: false, now }))
    }

    async fn heartbeat(&self, worker: &WorkerId, held: &[Held]) -> Result<Vec<LeaseState>> {
        check_held(held)?;
        self.run(|shard, now| shard.heartbeat(worker, held, now))
    }

    async fn begin(&self, held: &Held) -> Result<Checkpointed> {
        self.run(|shard, _| Ok(shard.begin_attempt(held)))
    }

    async fn checkpoint(&self, held: &Held, position: u32, content: &str) -> Result<Checkpointed> {
        check_checkpoint(held, content)?;
        self.run(|shard, _| shard.checkpoint(held, position, content))
    }

    async fn complete(&self, held: &Held, commit: &Digest) -> Result<Completion> {
        self.run(|shard, now| Ok(shard.complete(held, commit, now)))
    }

    async fn complete_and_claim(
        &self,
        held: &Held,
        commit: &Digest,
        request: &ClaimRequest,
    ) -> Result<(Completion, Claim)> {
        let request = check_claim(request)?;
        let nonce = self.shared.chance.nonce();
        self.run(|shard, now| {
            let completion = shard.complete(held, commit, now);
            let claim = shard.claim(&request, Asked { nonce: &nonce, again: false, now })?;
            Ok((completion, claim))
        })
    }

    async fn release(&self, held: &Held) -> Result<Aftermath> {
        self.run(|shard, now| Ok(shard.release(held, now)))
    }

    async fn fail(&self, held: &Held, class: FailureClass, reason: &str) -> Result<Aftermath> {
        let jitter = self.shared.chance.jitter();
        self.run(|shard, now| Ok(shard.fail(held, &class, shorten(reason), jitter, now)))
    }

    fn listen(&self, pools: &[Pool]) -> Listener {
        self.shared.bell.listen(pools)
    }

    async fn reap(&self) -> Result<Reaped> {
        self.run(|shard, now| Ok(shard.reap(now)))
    }

    async fn lead(&self, who: &str, for_ms: u64) -> Result<bool> {
        check_lead(who, for_ms)?;
        self.run_in_any(|shard, now| Ok(shard.lead(who, for_ms, now)))
    }

    async fn extend_leases(&self) -> Result<u32> {
        self.run(|shard, now| Ok(shard.extend_leases(now)))
    }

    async fn record_commit(&self, key: &JobKey, commit: &Digest) -> Result<Completion> {
        self.run(|shard, now| shard.record_commit(key, commit, now))
    }

    async fn audit(&self, episode: &EpisodeId) -> Result<u32> {
        self.run(|shard, now| shard.audit(episode, now))
    }

    async fn pause(&self, episode: &EpisodeId) -> Result<()> {
        self.decide(episode, EpisodeState::Paused)
    }

    async fn resume(&self, episode: &EpisodeId) -> Result<()> {
        self.decide(episode, EpisodeState::Open)
    }

    async fn cancel(&self, episode: &EpisodeId) -> Result<()> {
        self.decide(episode, EpisodeState::Cancelled)
    }

    async fn set_priority(&self, episode: &EpisodeId, priority: Priority) -> Result<()> {
        self.run(|shard, _| shard.set_priority(episode, priority))?;
        self.settle(episode)
    }

    async fn pause_all(&self, paused: bool) -> Result<()> {
        self.run(|shard, _| {
            shard.paused = paused;
            Ok(())
        })
    }

    async fn requeue(&self, key: &JobKey) -> Result<()> {
        self.run(|shard, now| shard.requeue(key, now))
    }

    async fn requeue_dead(&self, episode: &EpisodeId) -> Result<u32> {
        let mut all = 0;
        self.sweep(|shard, from, now| {
            let (count, next) = shard.requeue_dead(episode, from, now)?;
            all += count;
            Ok(next)
        })?;
        Ok(all)
    }

    async fn explain(&self, key: &JobKey) -> Result<Explanation> {
        self.run(|shard, now| shard.explain(key, now))
    }

    async fn job(&self, key: &JobKey) -> Result<JobStatus> {
        self.run(|shard, _| shard.job(key))
    }

    async fn jobs(&self, episode: &EpisodeId, from: u32, limit: u32) -> Result<Vec<JobStatus>> {
        self.run(|shard, _| shard.jobs(episode, from, limit))
    }

    async fn episode(&self, episode: &EpisodeId) -> Result<EpisodeStatus> {
        self.run(|shard, _| shard.status(episode))
    }

    async fn episodes(&self) -> Result<Vec<EpisodeStatus>> {
        self.run(|shard, _| Ok(shard.statuses()))
    }

    async fn counts(&self) -> Result<QueueCounts> {
        self.run(|shard, now| Ok(shard.counts(now)))
    }

    async fn dead(&self, limit: u32) -> Result<Vec<DeadJob>> {
        self.run(|shard, _| Ok(shard.dead(limit)))
    }

    async fn events(&self, after: Option<&str>, limit: u32) -> Result<Vec<Event>> {
        self.run(|shard, _| Ok(shard.events(after, limit)))
    }
}

#[cfg(any(test, feature = "testsuite"))]
impl MemoryQueue {
    /// Everything it knows, as text.
    #[must_use]
    pub fn dump(&self) -> Vec<String> {
        self.shared.shard.lock().unwrap_or_else(PoisonError::into_inner).dump()
    }
}
