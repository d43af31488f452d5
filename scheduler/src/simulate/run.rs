//! The simulation itself.

use common::Digest;
use common::queue::{
    Checkpointed, Claim, Completion, Held, JobQueue, ManualClock, MemoryQueue, Policy, QueueError,
};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt, SeedableRng};

use super::agenda::{Agenda, Event, Whose};
use super::outcome::Outcome;
use super::work::Work;
use super::worker::{Painting, Worker};
use super::{Farm, SimulateError};

/// Time between two rounds of the reaper.
const REAP_US: u64 = 1_000_000;
/// Heartbeats in the time of a lease.
const BEATS: u64 = 3;

/// Has a farm paint an episode.
///
/// # Errors
/// When workers die so often that a job is given up.
pub async fn simulate(work: &Work, farm: &Farm) -> Result<Outcome, SimulateError> {
    let clock = ManualClock::default();
    let policy = Policy::default();
    let mut run = Run {
        work,
        farm,
        beat_us: policy.lease_ms * 1_000 / BEATS,
        queue: MemoryQueue::with_clock(policy, &clock, farm.seed),
        clock,
        agenda: Agenda::default(),
        chance: StdRng::seed_from_u64(farm.seed),
        now_us: 0,
        workers: Vec::new(),
        outcome: Outcome { workers: farm.workers, ..Outcome::default() },
    };
    run.begin().await?;
    while (run.outcome.jobs as usize) < work.jobs.len() {
        let Some((at_us, event)) = run.agenda.next() else { break };
        run.set_time(at_us);
        run.happen(event).await?;
    }
    run.outcome.makespan_us = run.now_us;
    Ok(run.outcome)
}

struct Run<'a> {
    work: &'a Work,
    farm: &'a Farm,
    queue: MemoryQueue,
    clock: ManualClock,
    agenda: Agenda,
    chance: StdRng,
    now_us: u64,
    beat_us: u64,
    workers: Vec<Worker>,
    outcome: Outcome,
}

impl Run<'_> {
    async fn begin(&mut self) -> Result<(), SimulateError> {
        self.queue.submit(self.work.episode.clone(), self.work.jobs.clone()).await?;
        for number in 0..self.farm.workers as usize {
            self.workers.push(Worker::new(number, 0)?);
            self.join(number).await?;
        }
        self.agenda.add(self.beat_us, Event::Beat);
        self.agenda.add(REAP_US, Event::Reap);
        self.offer().await
    }

    /// The queue's clock shows whole milliseconds.
    fn set_time(&mut self, now_us: u64) {
        self.now_us = now_us;
        self.clock.advance(now_us / 1_000 - self.clock.now_ms());
    }

    async fn happen(&mut self, event: Event) -> Result<(), SimulateError> {
        match event {
            Event::Fetched(whose) if self.lives(whose) => self.fetched(whose.worker).await,
            Event::Drawn(whose) if self.lives(whose) => self.drawn(whose.worker).await,
            Event::Committed(whose) if self.lives(whose) => self.committed(whose.worker).await,
            Event::Died(whose) => {
                self.died(whose);
                Ok(())
            }
            Event::Born(whose) => self.born(whose).await,
            Event::Beat => self.beat().await,
            Event::Reap => self.reap().await,
            // It died before.
            Event::Fetched(_) | Event::Drawn(_) | Event::Committed(_) => Ok(()),
        }
    }

    fn lives(&self, whose: Whose) -> bool {
        let worker = &self.workers[whose.worker];
        worker.alive && worker.life == whose.life
    }

    fn after(&mut self, delay_us: u64, worker: usize, event: fn(Whose) -> Event) {
        let whose = Whose { worker, life: self.workers[worker].life };
        self.agenda.add(self.now_us + delay_us, event(whose));
    }

    /// A worker comes onto the list, and its death is decided.
    async fn join(&mut self, worker: usize) -> Result<(), SimulateError> {
        self.queue.register(self.workers[worker].registration()).await?;
        if let Some(deaths) = self.farm.deaths {
            // Deaths at any time alike: the times between them are distributed exponentially.
            let seconds = -deaths.mtbf_s * (1.0 - self.chance.random::<f64>()).ln();
            self.after((seconds * 1e6) as u64, worker, Event::Died);
        }
        Ok(())
    }

    /// Everybody who waits for a job asks for one, whoever comes first: the bell rings for all of them.
    async fn offer(&mut self) -> Result<(), SimulateError> {
        let waits = |worker: &Worker| {
            worker.alive && worker.next.is_none() && (self.farm.ahead || worker.painting.is_none())
        };
        let mut waiting: Vec<usize> =
            (0..self.workers.len()).filter(|&number| waits(&self.workers[number])).collect();
        waiting.shuffle(&mut self.chance);
        for worker in waiting {
            self.claim(worker).await?;
        }
        Ok(())
    }

    async fn claim(&mut self, worker: usize) -> Result<(), SimulateError> {
        if let Claim::Granted(grant) = self.queue.claim(&self.workers[worker].request()).await? {
            self.workers[worker].take(grant);
            self.after(self.work.costs.fetch_us, worker, Event::Fetched);
        }
        Ok(())
    }

    async fn fetched(&mut self, worker: usize) -> Result<(), SimulateError> {
        if let Some(next) = &mut self.workers[worker].next {
            next.fetched = true;
        }
        self.paint(worker).await
    }

    /// Begins with the next job if it is there, and may claim another one ahead.
    async fn paint(&mut self, number: usize) -> Result<(), SimulateError> {
        let worker = &mut self.workers[number];
        if worker.painting.is_some() {
            return Ok(());
        }
        let Some(next) = worker.next.take_if(|next| next.fetched) else { return Ok(()) };
        let part = &self.work.parts[next.job];
        let embeddings = worker.embed(part, next.position);
        let embedding_us = u64::from(embeddings) * self.work.costs.embedding_us;
        keeps(&next.held, self.queue.begin(&next.held).await? == Checkpointed::Recorded)?;
        self.outcome.embeddings += embeddings;
        worker.painting = Some(Painting {
            held: next.held,
            job: next.job,
            position: next.position,
            since_us: self.now_us,
            embedding_us,
        });
        self.go_on(number, embedding_us);
        if self.farm.ahead { self.claim(number).await } else { Ok(()) }
    }

    /// The next drawing of the job in hand, or its commit.
    fn go_on(&mut self, worker: usize, embedding_us: u64) {
        let Some(painting) = &self.workers[worker].painting else { return };
        if painting.position < self.work.parts[painting.job].drawings {
            self.after(embedding_us + self.work.costs.drawing_us, worker, Event::Drawn);
        } else {
            self.after(embedding_us + self.work.costs.commit_us, worker, Event::Committed);
        }
    }

    async fn drawn(&mut self, worker: usize) -> Result<(), SimulateError> {
        let Some(painting) = &mut self.workers[worker].painting else { return Ok(()) };
        let recorded = self.queue.checkpoint(&painting.held, painting.position, "").await?;
        keeps(&painting.held, recorded == Checkpointed::Recorded)?;
        painting.position += 1;
        painting.since_us = self.now_us;
        self.outcome.drawings += 1;
        self.outcome.painting_us += self.work.costs.drawing_us;
        self.outcome.embedding_us += std::mem::take(&mut painting.embedding_us);
        self.go_on(worker, 0);
        Ok(())
    }

    async fn committed(&mut self, number: usize) -> Result<(), SimulateError> {
        let worker = &mut self.workers[number];
        let Some(painting) = worker.painting.take() else { return Ok(()) };
        worker.finish(&self.work.parts[painting.job]);
        let commit = Digest::of(painting.held.token.0.as_bytes());
        let completion = self.queue.complete(&painting.held, &commit).await?;
        keeps(&painting.held, completion == Completion::Done)?;
        self.outcome.jobs += 1;
        self.outcome.committing_us += self.work.costs.commit_us;
        self.outcome.embedding_us += painting.embedding_us;
        self.paint(number).await?;
        self.offer().await
    }

    fn died(&mut self, whose: Whose) {
        let worker = &mut self.workers[whose.worker];
        self.outcome.deaths += 1;
        self.outcome.undone_us += worker.die(self.now_us);
        if let Some(deaths) = self.farm.deaths {
            let born = Whose { life: whose.life + 1, ..whose };
            self.agenda.add(self.now_us + deaths.restart_us, Event::Born(born));
        }
    }

    async fn born(&mut self, whose: Whose) -> Result<(), SimulateError> {
        self.workers[whose.worker] = Worker::new(whose.worker, whose.life)?;
        self.join(whose.worker).await?;
        self.claim(whose.worker).await
    }

    async fn beat(&mut self) -> Result<(), SimulateError> {
        for worker in self.workers.iter().filter(|worker| worker.alive) {
            self.queue.heartbeat(&worker.id, &worker.held()).await?;
        }
        self.agenda.add(self.now_us + self.beat_us, Event::Beat);
        Ok(())
    }

    async fn reap(&mut self) -> Result<(), SimulateError> {
        let before = self.outcome.lost_leases;
        loop {
            let reaped = self.queue.reap().await?;
            self.outcome.lost_leases += reaped.lost;
            if !reaped.more {
                break;
            }
        }
        if let Some(dead) = self.queue.dead(1).await?.pop() {
            return Err(SimulateError::Dead { job: dead.key, reason: dead.reason });
        }
        if self.outcome.lost_leases > before {
            self.offer().await?;
        }
        self.agenda.add(self.now_us + REAP_US, Event::Reap);
        Ok(())
    }
}

/// A worker that lives keeps its leases.
fn keeps(held: &Held, kept: bool) -> Result<(), QueueError> {
    let reason = || "was taken from a worker that lives".to_owned();
    let what = || format!("job {}", held.key);
    if kept { Ok(()) } else { Err(QueueError::Refused { what: what(), reason: reason() }) }
}
