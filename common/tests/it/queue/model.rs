//! Both backends do the same: random operations on a queue in memory and on one on Redis, with the same clock and the
//! same chance, give the same answers and leave the same state.

use std::collections::VecDeque;

use common::Digest;
use common::ids::{JobKey, Pool, WorkerId};
use common::queue::contract::Fixture;
use common::queue::{
    Affinity, Claim, ClaimRequest, FailureClass, Held, JobQueue, NewEpisode, NewJob, NewWorker, Priority,
    Token,
};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::fixture::{memory_with, redis_with};

const OPERATIONS: u32 = 10_000;
/// Operations between two comparisons of everything.
const EVERY: u32 = 250;
/// Pools with lanes, and such as only look so.
const POOLS: [&str; 5] = ["gpu", "gpu-f2", "gpu-f03", "gpu-f1234", "-f2"];
const WORKERS: [&str; 4] = ["w1", "w2", "w3", "w4"];
/// Tells of the log that are compared; the backends cut it at slightly different lengths.
const EVENTS: usize = 2_000;

#[tokio::test]
async fn seed_1() {
    compare(1).await;
}

#[tokio::test]
async fn seed_2() {
    compare(2).await;
}

#[tokio::test]
async fn seed_3() {
    compare(3).await;
}

#[tokio::test]
async fn seed_4() {
    compare(4).await;
}

async fn compare(seed: u64) {
    let (memory, redis) = (memory_with(seed), redis_with(seed).await);
    let mut random = Random::new(seed);
    for step in 0..OPERATIONS {
        let operation = random.operation();
        if let Operation::Advance(ms) = operation {
            memory.advance(ms).await;
            redis.advance(ms).await;
        }
        let (one, other) = (run(&memory.queue, &operation).await, run(&redis.queue, &operation).await);
        assert_eq!(one.told, other.told, "seed {seed}, step {step}: {operation:?}");
        random.learn(one);
        if step % EVERY == 0 || step + 1 == OPERATIONS {
            let (facts, log) = split(memory.queue.dump());
            let (other_facts, other_log) = split(redis.queue.dump().await.unwrap());
            for (fact, other) in facts.iter().zip(&other_facts) {
                assert_eq!(fact, other, "seed {seed}, step {step}: after {operation:?}");
            }
            assert_eq!(facts.len(), other_facts.len(), "seed {seed}, step {step}: {operation:?}");
            assert_eq!(log, other_log, "seed {seed}, step {step}: {operation:?}");
        }
    }
    assert!(random.granted > 300 && random.done > 50, "{} granted, {} done", random.granted, random.done);
}

/// Facts and the end of the log.
fn split(dump: Vec<String>) -> (Vec<String>, Vec<String>) {
    let (log, facts): (Vec<String>, Vec<String>) =
        dump.into_iter().partition(|line| line.starts_with("event "));
    let skipped = log.len().saturating_sub(EVENTS);
    (facts, log.into_iter().skip(skipped).collect())
}

#[derive(Debug)]
enum Operation {
    Advance(u64),
    Submit(NewEpisode, Vec<NewJob>),
    Forget(String),
    Register(NewWorker),
    Worker(&'static str, WorkerId),
    Claim(ClaimRequest),
    Reattach(WorkerId, JobKey),
    Heartbeat(WorkerId, Vec<Held>),
    Begin(Held),
    Checkpoint(Held, u32),
    Complete(Held),
    CompleteAndClaim(Held, ClaimRequest),
    Release(Held),
    Fail(Held, FailureClass),
    Episode(&'static str, String),
    Priority(String, Priority),
    Job(&'static str, JobKey),
    Jobs(String, u32, u32),
    Lead(&'static str, u64),
    Queue(&'static str),
}

/// What an operation told, and the lease it gave.
struct Outcome {
    told: String,
    granted: Option<Held>,
    done: bool,
}

async fn run(queue: &dyn JobQueue, operation: &Operation) -> Outcome {
    use Operation as O;
    let mut granted = None;
    let told = match operation {
        O::Advance(_) => String::new(),
        O::Submit(episode, jobs) => tell(queue.submit(episode.clone(), jobs.clone()).await),
        O::Forget(id) => tell(queue.forget(&id.parse().unwrap()).await),
        O::Register(worker) => tell(queue.register(worker.clone()).await),
        O::Worker("drain", id) => tell(queue.drain(id).await),
        O::Worker("forgive", id) => tell(queue.forgive(id).await),
        O::Worker(_, id) => tell(queue.deregister(id).await),
        O::Claim(request) => {
            let claim = queue.claim(request).await;
            granted = lease(&claim);
            tell(claim)
        }
        O::Reattach(worker, key) => {
            let claim = queue.reattach(worker, key).await;
            granted = lease(&claim);
            tell(claim)
        }
        O::Heartbeat(worker, held) => tell(queue.heartbeat(worker, held).await),
        O::Begin(held) => tell(queue.begin(held).await),
        O::Checkpoint(held, position) => tell(queue.checkpoint(held, *position, "a0001").await),
        O::Complete(held) => tell(queue.complete(held, &Digest::of(b"x")).await),
        O::CompleteAndClaim(held, request) => {
            let both = queue.complete_and_claim(held, &Digest::of(b"x"), request).await;
            if let Ok((_, Claim::Granted(grant))) = &both {
                granted = Some(Held { key: grant.key.clone(), token: grant.token.clone() });
            }
            tell(both)
        }
        O::Release(held) => tell(queue.release(held).await),
        O::Fail(held, class) => tell(queue.fail(held, class.clone(), "broken").await),
        O::Episode("pause", id) => tell(queue.pause(&id.parse().unwrap()).await),
        O::Episode("resume", id) => tell(queue.resume(&id.parse().unwrap()).await),
        O::Episode("cancel", id) => tell(queue.cancel(&id.parse().unwrap()).await),
        O::Episode("audit", id) => tell(queue.audit(&id.parse().unwrap()).await),
        O::Episode(_, id) => tell(queue.requeue_dead(&id.parse().unwrap()).await),
        O::Priority(id, priority) => tell(queue.set_priority(&id.parse().unwrap(), *priority).await),
        O::Job("requeue", key) => tell(queue.requeue(key).await),
        O::Job("commit", key) => tell(queue.record_commit(key, &Digest::of(b"y")).await),
        O::Job("explain", key) => tell(queue.explain(key).await),
        O::Job(_, key) => tell(queue.job(key).await),
        O::Jobs(id, from, limit) => tell(queue.jobs(&id.parse().unwrap(), *from, *limit).await),
        O::Lead(who, for_ms) => tell(queue.lead(who, *for_ms).await),
        O::Queue("reap") => tell(queue.reap().await),
        O::Queue("extend") => tell(queue.extend_leases().await),
        O::Queue("pause") => tell(queue.pause_all(true).await),
        O::Queue("resume") => tell(queue.pause_all(false).await),
        O::Queue("workers") => tell(queue.workers().await),
        O::Queue("episodes") => tell(queue.episodes().await),
        O::Queue("dead") => tell(queue.dead(20).await),
        O::Queue(_) => tell(queue.counts().await),
    };
    let done = told == "Ok(Done)" || told.starts_with("Ok((Done");
    Outcome { told, granted, done }
}

fn lease(claim: &common::queue::Result<Claim>) -> Option<Held> {
    match claim {
        Ok(Claim::Granted(grant)) => Some(Held { key: grant.key.clone(), token: grant.token.clone() }),
        _ => None,
    }
}

fn tell<T: std::fmt::Debug>(result: common::queue::Result<T>) -> String {
    match result {
        Ok(value) => format!("Ok({value:?})"),
        Err(error) => format!("Err({error})"),
    }
}

/// Draws operations that mostly make sense, from what it has seen.
struct Random {
    rng: StdRng,
    /// Leases of late, most of them over.
    leases: VecDeque<Held>,
    episodes: u32,
    granted: u32,
    done: u32,
}

impl Random {
    fn new(seed: u64) -> Self {
        Self { rng: StdRng::seed_from_u64(seed), leases: VecDeque::new(), episodes: 0, granted: 0, done: 0 }
    }

    fn learn(&mut self, outcome: Outcome) {
        self.done += u32::from(outcome.done);
        if let Some(held) = outcome.granted {
            self.granted += 1;
            self.leases.push_back(held);
            if self.leases.len() > 12 {
                self.leases.pop_front();
            }
        }
    }

    fn operation(&mut self) -> Operation {
        match self.rng.random_range(0..100) {
            0..12 => Operation::Advance(self.time()),
            12..15 => self.submit(),
            15 => match self.rng.random_range(0..3) {
                0 => Operation::Forget(self.episode()),
                1 => {
                    Operation::Jobs(self.episode(), self.rng.random_range(0..8), self.rng.random_range(0..8))
                }
                _ => Operation::Lead(self.pick(&WORKERS), self.rng.random_range(0..20_000)),
            },
            16..22 => Operation::Register(self.new_worker()),
            22..24 => Operation::Worker(self.pick(&["drain", "forgive", "deregister"]), self.worker()),
            24..43 => Operation::Claim(self.claim()),
            43..46 => Operation::Begin(self.held()),
            46..48 => Operation::Reattach(self.worker(), self.key()),
            48..54 => Operation::Heartbeat(self.worker(), self.leases.iter().cloned().collect()),
            54..59 => Operation::Checkpoint(self.held(), self.rng.random_range(0..3)),
            59..65 => Operation::Complete(self.held()),
            65..70 => Operation::CompleteAndClaim(self.held(), self.claim()),
            70..73 => Operation::Release(self.held()),
            73..80 => Operation::Fail(self.held(), self.class()),
            80..86 => {
                let what = ["pause", "resume", "resume", "cancel", "audit", "requeue", "requeue"];
                Operation::Episode(self.pick(&what), self.episode())
            }
            86..88 => Operation::Priority(self.episode(), *Priority::ALL.choose(&mut self.rng).unwrap()),
            88..94 => {
                Operation::Job(self.pick(&["requeue", "commit", "explain", "explain", "job"]), self.key())
            }
            _ => {
                let what = [
                    "reap", "reap", "extend", "pause", "resume", "resume", "workers", "episodes", "dead",
                    "counts",
                ];
                Operation::Queue(self.pick(&what))
            }
        }
    }

    fn pick(&mut self, among: &[&'static str]) -> &'static str {
        among.choose(&mut self.rng).unwrap()
    }

    /// Mostly moments, sometimes long enough for leases to end, or for a worker to be forgiven.
    fn time(&mut self) -> u64 {
        match self.rng.random_range(0..20) {
            0 => self.rng.random_range(0..700_000),
            1..5 => self.rng.random_range(0..16_000),
            _ => self.rng.random_range(0..800),
        }
    }

    fn submit(&mut self) -> Operation {
        // Now and then an episode that is there already, as it was or otherwise.
        if self.rng.random_range(0..5) > 0 {
            self.episodes += 1;
        }
        let count = self.rng.random_range(1..12);
        let episode = NewEpisode {
            id: format!("e{}", self.episodes).parse().unwrap(),
            show: self.pick(&["Akiko", "鬼の宿"]).parse().unwrap(),
            user: self.pick(&["mei", "jun"]).parse().unwrap(),
            priority: *Priority::ALL.choose(&mut self.rng).unwrap(),
        };
        Operation::Submit(episode, (0..count).map(|index| self.job(index)).collect())
    }

    fn job(&mut self, index: u32) -> NewJob {
        let chance = if self.rng.random_bool(0.5) { 0.4 } else { 0.0 };
        NewJob {
            pool: self.pool(),
            cost_ms: self.rng.random_range(1..60_000),
            affinity: self.affinity(),
            // Now and then one that does not exist.
            needs: (0..index + 1)
                .filter(|&n| self.rng.random_bool(if n < index { chance } else { 0.01 }))
                .collect(),
            payload: format!("{{\"job\":{index}}}"),
            committed: self.rng.random_bool(0.05).then(|| Digest::of(b"before")),
        }
    }

    fn new_worker(&mut self) -> NewWorker {
        let nonce = if self.rng.random_bool(0.05) { "n2" } else { "n1" };
        NewWorker { id: self.worker(), nonce: nonce.into(), pools: self.pools(), info: "{}".into() }
    }

    fn claim(&mut self) -> ClaimRequest {
        let warm = (0..self.rng.random_range(0..3)).map(|_| self.affinity()).collect();
        ClaimRequest { worker: self.worker(), pools: self.pools(), warm }
    }

    fn class(&mut self) -> FailureClass {
        match self.rng.random_range(0..10) {
            0 => FailureClass::Permanent,
            1..4 => FailureClass::Resource { pool: self.rng.random_bool(0.5).then(|| self.pool()) },
            _ => FailureClass::Transient,
        }
    }

    /// A lease, mostly of late, sometimes of nobody.
    fn held(&mut self) -> Held {
        let from = self.leases.len().saturating_sub(if self.rng.random_bool(0.7) { 3 } else { 12 });
        let found = self.leases.iter().skip(from).cloned().collect::<Vec<_>>().choose(&mut self.rng).cloned();
        found.unwrap_or_else(|| Held { key: self.key(), token: Token("1:0:none".into()) })
    }

    fn pool(&mut self) -> Pool {
        self.pick(&POOLS).parse().unwrap()
    }

    fn pools(&mut self) -> Vec<Pool> {
        let all = POOLS.iter().map(|pool| pool.parse().unwrap()).collect();
        if self.rng.random_bool(0.5) { all } else { vec![self.pool()] }
    }

    fn worker(&mut self) -> WorkerId {
        self.pick(&WORKERS).parse().unwrap()
    }

    fn affinity(&mut self) -> Affinity {
        Affinity::of(self.pick(&["a", "b", "c", "d"]))
    }

    /// One of the latest episodes.
    fn episode(&mut self) -> String {
        let back = self.rng.random_range(0..4);
        format!("e{}", self.episodes.saturating_sub(back))
    }

    fn key(&mut self) -> JobKey {
        format!("{}.{}", self.episode(), self.rng.random_range(0..8)).parse().unwrap()
    }
}
