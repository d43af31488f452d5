//! Whatever happens, what is kept twice agrees, and no job is lost or run twice.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Asked, Place, Shard};
use crate::Digest;
use crate::ids::{EpisodeId, JobKey, WorkerId};
use crate::queue::episode::{EpisodeState, JobState, NewEpisode, NewJob, StateCounts, plan};
use crate::queue::lease::{Checkpointed, Claim, ClaimRequest, Completion, FailureClass, Held};
use crate::queue::order::{Affinity, Priority};
use crate::queue::policy::Policy;
use crate::queue::registry::NewWorker;

/// One step; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    Submit(u8),
    Claim(u8),
    Begin(u8),
    Checkpoint(u8),
    Complete(u8),
    Fail(u8, u8),
    Release(u8),
    Wait(u32),
    Reap,
    Decide(u8, u8),
    Requeue(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => any::<u8>().prop_map(Step::Submit),
        6 => any::<u8>().prop_map(Step::Claim),
        2 => any::<u8>().prop_map(Step::Begin),
        1 => any::<u8>().prop_map(Step::Checkpoint),
        3 => any::<u8>().prop_map(Step::Complete),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Step::Fail(a, b)),
        1 => any::<u8>().prop_map(Step::Release),
        2 => (0_u32..20_000).prop_map(Step::Wait),
        1 => Just(Step::Reap),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Step::Decide(a, b)),
        1 => any::<u8>().prop_map(Step::Requeue),
    ];
    prop::collection::vec(step, 1..150)
}

struct Run {
    shard: Shard,
    now: u64,
    episodes: u8,
    nonce: u32,
    leases: Vec<Held>,
    /// How often each job was begun since it last went on.
    begun: BTreeMap<JobKey, u32>,
    /// How often each job was completed.
    completed: BTreeMap<JobKey, u32>,
}

impl Run {
    fn new() -> Self {
        let mut shard = Shard::new(Policy::default());
        shard.reset(1);
        let (begun, completed) = Default::default();
        Self { shard, now: 1, episodes: 0, nonce: 0, leases: Vec::new(), begun, completed }
    }

    fn worker(&mut self, n: u8) -> WorkerId {
        let id: WorkerId = format!("w{}", n % 3).parse().unwrap();
        let pools = vec!["gpu".parse().unwrap()];
        let new = NewWorker { id: id.clone(), nonce: "n".into(), pools, info: String::new() };
        self.shard.register(&new, self.now).unwrap();
        id
    }

    fn episode(&self, n: u8) -> EpisodeId {
        format!("e{}", n % self.episodes.max(1)).parse().unwrap()
    }

    fn lease(&self, n: u8) -> Option<Held> {
        let late = self.leases.iter().rev().take(6).collect::<Vec<_>>();
        late.get(n as usize % late.len().max(1)).map(|&held| held.clone())
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Submit(n) => self.submit(n),
            Step::Claim(n) => self.claim(n),
            Step::Begin(n) => {
                if let Some(held) = self.lease(n)
                    && self.shard.begin_attempt(&held) == Checkpointed::Recorded
                {
                    *self.begun.entry(held.key).or_default() += 1;
                }
            }
            Step::Checkpoint(n) => self.checkpoint(n),
            Step::Complete(n) => {
                if let Some(held) = self.lease(n) {
                    let done = self.shard.complete(&held, &Digest::of(b"x"), self.now) == Completion::Done;
                    *self.completed.entry(held.key).or_default() += u32::from(done);
                }
            }
            Step::Fail(n, class) => {
                let classes =
                    [FailureClass::Transient, FailureClass::Resource { pool: None }, FailureClass::Permanent];
                if let Some(held) = self.lease(n) {
                    self.shard.fail(&held, &classes[class as usize % 3], "x", 500, self.now);
                }
            }
            Step::Release(n) => {
                if let Some(held) = self.lease(n) {
                    self.shard.release(&held, self.now);
                }
            }
            Step::Wait(ms) => self.now += u64::from(ms),
            Step::Reap => drop(self.shard.reap(self.now)),
            Step::Decide(n, state) => self.decide(n, state),
            Step::Requeue(n) => drop(self.shard.requeue_dead(&self.episode(n), 0, self.now)),
        }
    }

    fn checkpoint(&mut self, n: u8) {
        let Some(held) = self.lease(n) else { return };
        let progress = self.shard.jobs[&held.key].checkpoints.len() as u32;
        if self.shard.checkpoint(&held, progress, "x").unwrap() == Checkpointed::Recorded {
            assert_eq!(self.shard.jobs[&held.key].lost, 0, "progress clears {}", held.key);
            // The attempt that goes on may still be lost.
            self.begun.insert(held.key, 1);
        }
    }

    fn submit(&mut self, n: u8) {
        let id: EpisodeId = format!("e{}", self.episodes).parse().unwrap();
        self.episodes += 1;
        let job = |index: u32| NewJob {
            pool: "gpu".parse().unwrap(),
            cost_ms: 100 * (1 + index),
            affinity: Affinity::default(),
            needs: (0..index).filter(|need| (u32::from(n) >> (need % 8)) & 1 == 1).collect(),
            payload: "p".into(),
            committed: None,
        };
        let planned = plan(&id, (0..u32::from(n % 6) + 1).map(job).collect()).unwrap();
        let new = NewEpisode {
            id: id.clone(),
            show: "s".parse().unwrap(),
            user: "u".parse().unwrap(),
            priority: Priority::ALL[n as usize % 4],
        };
        self.shard.begin(&new, planned.len() as u32, self.now).unwrap();
        self.shard.load(&id, 0, &planned, self.now).unwrap();
        self.shard.open(&id).unwrap();
        self.shard.settle(&id, 0, self.now).unwrap();
    }

    fn claim(&mut self, n: u8) {
        let request =
            ClaimRequest { worker: self.worker(n), pools: vec!["gpu".parse().unwrap()], warm: Vec::new() };
        self.nonce += 1;
        let nonce = self.nonce.to_string();
        let asked = |again| Asked { nonce: &nonce, again, now: self.now };
        let claim = self.shard.claim(&request, asked(false)).unwrap();
        // The reply was lost: asked again, the answer is the same.
        let again = self.shard.claim(&request, asked(true)).unwrap();
        if let Claim::Granted(grant) = claim.clone() {
            assert_eq!(claim, again);
            self.leases.push(Held { key: grant.key, token: grant.token });
        }
    }

    fn decide(&mut self, n: u8, state: u8) {
        let id = self.episode(n);
        let states = [EpisodeState::Paused, EpisodeState::Open, EpisodeState::Open, EpisodeState::Cancelled];
        if self.shard.decide(&id, states[state as usize % 4]).is_ok() {
            self.shard.settle(&id, 0, self.now).unwrap();
        }
    }

    fn check(&mut self) {
        let shard = &self.shard;
        for (id, episode) in &shard.episodes {
            let mut counts = StateCounts::default();
            for (_, job) in shard.jobs.iter().filter(|(key, _)| key.episode == *id) {
                counts.0[job.state.index()] += 1;
            }
            assert_eq!(counts, episode.counts, "{id}");
        }
        let in_state = |state| shard.jobs.values().filter(|job| job.state == state).count();
        assert_eq!(in_state(JobState::Ready), shard.ready.len());
        assert_eq!(in_state(JobState::Running), shard.leases.len());
        assert_eq!(in_state(JobState::Delayed), shard.delayed.len());
        assert_eq!(in_state(JobState::Dead), shard.dead.len());
        let ready: u32 = shard.flows.values().map(|flow| flow.ready).sum();
        assert_eq!(ready as usize, shard.ready.len());
        for (key, job) in &shard.jobs {
            let indexed = !matches!(job.place, Place::None);
            let is_indexed =
                matches!(job.state, JobState::Ready | JobState::Running | JobState::Delayed | JobState::Dead);
            assert_eq!(indexed, is_indexed, "{key}");
            assert_eq!(job.worker.is_some(), job.state == JobState::Running, "{key}");
            let begun = self.begun.get(key).copied().unwrap_or(0);
            assert!(job.lost <= begun, "{key} was begun {begun} times and lost {} times", job.lost);
            assert!(job.attempt <= job.grants, "{key}");
        }
        assert!(self.completed.values().all(|&times| times <= 1), "a job was completed twice");
        for (key, job) in self.shard.jobs.clone() {
            assert_eq!(self.completed.get(&key) == Some(&1), job.state == JobState::Done, "{key}");
        }
        let ids: Vec<EpisodeId> = self.shard.episodes.keys().cloned().collect();
        for id in ids {
            let mut copy = self.shard.dump();
            assert_eq!(self.shard.audit(&id, self.now).unwrap(), 0, "{id}");
            copy.retain(|line| !line.starts_with("event"));
            let mut after = self.shard.dump();
            after.retain(|line| !line.starts_with("event"));
            assert_eq!(copy, after, "an audit of what agrees changes nothing");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_kept_twice_agrees(steps in steps()) {
        let mut run = Run::new();
        for step in &steps {
            run.step(step);
        }
        run.check();
    }

    /// With patience every episode that nobody stops is painted: failures and lost workers only delay it.
    #[test]
    fn everything_is_done_in_the_end(steps in steps()) {
        let mut run = Run::new();
        let harmless = |step: &&Step| !matches!(step, Step::Decide(..));
        for step in steps.iter().filter(harmless) {
            run.step(step);
        }
        for round in 0_u8..250 {
            for id in 0..run.episodes {
                run.step(&Step::Requeue(id));
            }
            run.now += 400_000;
            run.shard.reap(run.now);
            run.step(&Step::Claim(round));
            run.step(&Step::Complete(0));
            for _ in 0..20 {
                run.step(&Step::Claim(round));
                run.step(&Step::Complete(0));
            }
        }
        prop_assert!(run.shard.jobs.values().all(|job| job.state == JobState::Done));
        run.check();
    }
}

/// What an audit finds, it mends.
#[test]
fn an_audit_mends_what_disagrees() {
    let mut run = Run::new();
    run.step(&Step::Submit(0b0000_0100));
    run.step(&Step::Claim(0));
    let id = run.episode(0);
    let ready: Vec<String> = run.shard.ready.iter().cloned().collect();
    assert!(!ready.is_empty());
    run.shard.ready.clear();
    run.shard.leases.clear();
    run.shard.episodes.get_mut(&id).unwrap().counts = StateCounts::default();
    let blocked =
        run.shard.jobs.iter().find(|(_, job)| job.state == JobState::Blocked).map(|(key, _)| key.clone());
    let blocked = blocked.unwrap();
    run.shard.jobs.get_mut(&blocked).unwrap().needs = 99;
    let findings = run.shard.audit(&id, run.now).unwrap();
    assert_eq!(findings as usize, ready.len() + 3);
    assert_eq!(run.shard.audit(&id, run.now).unwrap(), 0);
    run.check();
}
