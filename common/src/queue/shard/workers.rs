//! Workers and their heartbeats.

use super::claim::key_of;
use super::{Shard, Worker, member};
use crate::ids::{JobKey, WorkerId};
use crate::queue::episode::EpisodeState;
use crate::queue::error::{QueueError, Result};
use crate::queue::lease::{Held, LeaseState};
use crate::queue::registry::{NewWorker, WorkerState};
use crate::queue::report::EventKind;

impl Shard {
    /// Puts a worker on the list.
    pub fn register(&mut self, new: &NewWorker, now: u64) -> Result<()> {
        if let Some(worker) = self.workers.get_mut(&new.id) {
            if worker.nonce != new.nonce {
                return Err(QueueError::NameTaken(new.id.clone()));
            }
            worker.beat = now;
            worker.info.clone_from(&new.info);
            return Ok(());
        }
        let worker = Worker {
            state: WorkerState::Active,
            nonce: new.nonce.clone(),
            pools: new.pools.clone(),
            info: new.info.clone(),
            blame: 0,
            blocked_until: 0,
            beat: now,
        };
        self.workers.insert(new.id.clone(), worker);
        self.log(EventKind::WorkerJoined, &new.id, "");
        Ok(())
    }

    /// Asks a worker to finish what it has.
    pub fn drain(&mut self, id: &WorkerId) -> Result<()> {
        let worker = self.worker(id)?;
        if worker.state != WorkerState::Draining {
            worker.state = WorkerState::Draining;
            self.log(EventKind::WorkerDraining, id, "");
        }
        Ok(())
    }

    /// Takes a worker off the list; what it has goes back.
    pub fn deregister(&mut self, id: &WorkerId, now: u64) {
        if self.workers.remove(id).is_none() {
            return;
        }
        for key in self.running(id) {
            self.give_back(&key, now);
        }
        self.log(EventKind::WorkerLeft, id, "");
    }

    /// Lifts the block of a worker.
    pub fn forgive(&mut self, id: &WorkerId) -> Result<()> {
        let worker = self.worker(id)?;
        (worker.blame, worker.blocked_until) = (0, 0);
        Ok(())
    }

    /// A worker lives: its leases last longer. What becomes of each.
    pub fn heartbeat(&mut self, id: &WorkerId, held: &[Held], now: u64) -> Result<Vec<LeaseState>> {
        let worker = self.worker(id)?;
        worker.beat = now;
        let draining = worker.state == WorkerState::Draining;
        Ok(held.iter().map(|lease| self.renew(id, lease, draining, now)).collect())
    }

    fn renew(&mut self, id: &WorkerId, lease: &Held, draining: bool, now: u64) -> LeaseState {
        let mine = self.held(&lease.key, &lease.token.0).is_some_and(|job| job.worker.as_ref() == Some(id));
        if !mine {
            return LeaseState::Lost;
        }
        self.extend(&lease.key, now + self.policy.lease_ms);
        match self.episodes.get(&lease.key.episode).map(|episode| episode.state) {
            Some(EpisodeState::Cancelled) | None => LeaseState::Cancel,
            Some(_) if draining => LeaseState::Preempt,
            Some(_) => LeaseState::Held,
        }
    }

    /// Moves the deadline of a running job.
    pub(super) fn extend(&mut self, key: &JobKey, deadline: u64) {
        let Some(job) = self.jobs.get_mut(key) else { return };
        let member = member(&job.pool, key);
        if let super::Place::Time(old) = job.place {
            self.leases.remove(&(old, member.clone()));
        }
        job.place = super::Place::Time(deadline);
        self.leases.insert((deadline, member));
    }

    /// Jobs a worker has leases on, by deadline.
    pub(super) fn running(&self, id: &WorkerId) -> Vec<JobKey> {
        let keys = self.leases.iter().filter_map(|(_, member)| key_of(member));
        keys.filter(|key| self.jobs.get(key).is_some_and(|job| job.worker.as_ref() == Some(id))).collect()
    }

    fn worker(&mut self, id: &WorkerId) -> Result<&mut Worker> {
        self.workers.get_mut(id).ok_or_else(|| QueueError::NoWorker(id.clone()))
    }
}
