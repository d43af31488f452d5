//! Leases that expired, waits that are over, workers that went silent.

use super::Shard;
use super::claim::key_of;
use crate::ids::{JobKey, WorkerId};
use crate::queue::lease::Reaped;
use crate::queue::policy::GHOST_LEASES;
use crate::queue::report::EventKind;

/// Of each kind, a round.
const ROUND: usize = 100;

impl Shard {
    /// One round.
    pub fn reap(&mut self, now: u64) -> Reaped {
        let expired: Vec<JobKey> = self
            .leases
            .iter()
            .take_while(|(deadline, _)| *deadline <= now)
            .take(ROUND)
            .filter_map(|(_, m)| key_of(m))
            .collect();
        for key in &expired {
            self.lose(key, now);
        }
        let woken = self.promote(now, ROUND);
        let ghosts = self.remove_ghosts(now);
        let lost = expired.len() as u32;
        let more = [lost, woken, ghosts].contains(&(ROUND as u32));
        Reaped { lost, woken, ghosts, more }
    }

    /// Requeues a job whose worker has not been heard, or buries it if that happens again and again. One that the worker
    /// only held ahead is not to blame, nor is the worker.
    fn lose(&mut self, key: &JobKey, now: u64) {
        let Some(job) = self.jobs.get(key) else { return };
        let (begun, worker) = (job.begun, job.worker.as_ref().map(ToString::to_string).unwrap_or_default());
        self.log(EventKind::JobLost, key, &worker);
        if !begun {
            self.give_back(key, now);
            return;
        }
        let most = self.policy.max_lost;
        let Some(job) = self.charge_worker(key) else { return };
        job.lost += 1;
        let lost = job.lost;
        if lost >= most {
            self.bury(key, &format!("{lost} workers were lost with it, the last {worker}"), now);
        } else {
            self.offer(key, now);
        }
    }

    fn remove_ghosts(&mut self, now: u64) -> u32 {
        let limit = now.saturating_sub(GHOST_LEASES * self.policy.lease_ms);
        let mut ghosts: Vec<(u64, WorkerId)> = self
            .workers
            .iter()
            .filter(|(_, worker)| worker.beat < limit)
            .map(|(id, worker)| (worker.beat, id.clone()))
            .collect();
        ghosts.sort();
        ghosts.truncate(ROUND);
        for (_, id) in &ghosts {
            self.workers.remove(id);
            self.log(EventKind::WorkerLeft, id, "silent");
        }
        ghosts.len() as u32
    }

    /// Whether `who` leads the scheduler's rounds, from now on for so long.
    pub fn lead(&mut self, who: &str, for_ms: u64, now: u64) -> bool {
        if self.leader.as_ref().is_some_and(|(leader, until)| leader != who && now < *until) {
            return false;
        }
        self.leader = Some((who.to_owned(), now + for_ms));
        true
    }

    /// Gives every lease and every worker its full time again; gives how many leases there are.
    pub fn extend_leases(&mut self, now: u64) -> u32 {
        let keys: Vec<JobKey> = self.leases.iter().filter_map(|(_, member)| key_of(member)).collect();
        for key in &keys {
            self.extend(key, now + self.policy.lease_ms);
        }
        for worker in self.workers.values_mut() {
            worker.beat = now;
        }
        keys.len() as u32
    }
}
