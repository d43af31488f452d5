//! One attempt at a job: painted on a thread of its own, uploaded from here.

use std::sync::Arc;
use std::time::Instant;

use common::Digest;
use common::farm::{Checkpoint, FailedDrawing, Pace, UnusableReference};
use common::queue::{Checkpointed, Held};
use tokio::sync::mpsc;

use super::commit;
use super::error::JobError;
use super::lease::Verdict;
use super::metrics::Step;
use super::prepare::Ready;
use super::selftest;
use super::shared::Shared;
use super::upload::Progress;
use crate::pipeline::{self, Cause, Event, Failure, StageTimes, Tools};

/// Painted drawings that may wait for their upload.
const WAITING: usize = 4;
/// Attempts after which a drawing that the engine fails on is taken for a bad drawing.
const ENGINE_ATTEMPTS: u32 = 3;
/// Longest message kept of a drawing that failed: it must fit into a checkpoint.
const MAX_ERROR: usize = 240;

/// How an attempt ended, if not with a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The job is committed.
    Committed(Digest),
    /// It was stopped, as the verdict on its lease says.
    Stopped,
}

/// Paints a job.
pub(super) async fn paint(shared: &Arc<Shared>, ready: &Arc<Ready>) -> Result<Ended, JobError> {
    if begin(shared, ready).await.is_none() {
        return Ok(Ended::Stopped);
    }
    let metrics = &shared.metrics;
    metrics.queue_wait.observe(ready.claimed.elapsed().as_secs_f64());
    let _painting = metrics.painting();
    let (events, mut painted) = mpsc::channel(WAITING);
    let painting = tokio::task::spawn_blocking({
        let (shared, ready) = (Arc::clone(shared), Arc::clone(ready));
        move || run(&shared, &ready, &events)
    });
    let mut attempt = Attempt::new(shared, ready);
    let outcome = attempt.follow(&mut painted).await;
    // Nobody listens any more: what is still painted goes nowhere, and the engine is free when it has ended.
    ready.lease.stop.stop();
    drop(painted);
    let ran = painting.await;
    let outcome = match (outcome, ran) {
        (_, Err(panic)) => Err(Trouble::Engine(format!("the engine has panicked: {panic}"))),
        (outcome, Ok(())) => outcome,
    };
    match outcome {
        Ok(()) => attempt.end(shared).await,
        Err(trouble) => Err(trouble.judge(shared, ready).await),
    }
}

/// Tells the queue that the job is being painted now. `None` when the lease is over.
async fn begin(shared: &Shared, ready: &Ready) -> Option<()> {
    let session = &shared.session;
    let is_stale = |answer: &Checkpointed| *answer == Checkpointed::Stale;
    let ask = |held: Held| async move { session.queue().begin(&held).await };
    let answer = session.ask(&ready.lease, is_stale, ask).await?;
    if answer == Checkpointed::Stale {
        ready.lease.tell(Verdict::Lost);
        return None;
    }
    Some(())
}

fn run(shared: &Shared, ready: &Ready, events: &mpsc::Sender<Event>) {
    let (settings, times) =
        (ready.settings(), StageTimes::watched(shared.metrics.watcher(&ready.spec.model)));
    let tools = Tools {
        engine: ready.engine.as_ref(),
        settings: &settings,
        batch: &shared.batch,
        references: &shared.references,
        times: &times,
        stop: &ready.lease.stop,
    };
    pipeline::run(tools, std::slice::from_ref(&ready.job), &|event| {
        if events.blocking_send(event).is_err() {
            ready.lease.stop.stop();
        }
    });
    tracing::debug!(stage.seconds = ?times.seconds(), "stages");
}

/// What keeps a job from being painted here.
enum Trouble {
    Engine(String),
    Memory(String),
    Job(JobError),
}

impl Trouble {
    /// What the queue is told. An engine that has failed must show that it still paints.
    async fn judge(self, shared: &Shared, ready: &Ready) -> JobError {
        let reason = match self {
            Self::Job(error) => return error,
            Self::Memory(reason) => return JobError::resource(reason),
            Self::Engine(reason) => reason,
        };
        let engine = Arc::clone(&ready.engine);
        let tested = tokio::task::spawn_blocking(move || selftest::run(engine.as_ref())).await;
        let failed = match tested {
            Ok(Ok(())) => return JobError::transient(reason),
            Ok(Err(failed)) => failed,
            Err(panic) => panic.to_string(),
        };
        shared.drain.break_down(format!("{reason}; and then the self-test: {failed}"));
        ready.lease.tell(Verdict::Yield);
        JobError::transient(reason)
    }
}

/// An attempt as it goes on.
struct Attempt<'a> {
    ready: &'a Ready,
    progress: Progress<'a>,
    unusable: Vec<UnusableReference>,
    began: Instant,
    pace: Option<Pace>,
}

impl<'a> Attempt<'a> {
    fn new(shared: &'a Shared, ready: &'a Ready) -> Self {
        let progress = Progress::new(shared, ready);
        Self { ready, progress, unusable: Vec::new(), began: Instant::now(), pace: None }
    }

    /// Takes over what is painted until the painting ends or the lease is over.
    async fn follow(&mut self, painted: &mut mpsc::Receiver<Event>) -> Result<(), Trouble> {
        let lease = &self.ready.lease;
        loop {
            let event = tokio::select! {
                biased;
                () = lease.told(Verdict::Cancel) => return Ok(()),
                event = painted.recv() => event,
            };
            let Some(event) = event else { return Ok(()) };
            if self.take(event).await?.is_none() {
                return Ok(());
            }
        }
    }

    /// Takes over one event. `None` when the lease is over.
    async fn take(&mut self, event: Event) -> Result<Option<()>, Trouble> {
        match event {
            Event::Painted(key) | Event::Unchanged(key) | Event::Edited(key) => {
                tracing::debug!(drawing.id = %key, "painted");
                let recorded = self.progress.painted(&key).await.map_err(Trouble::Job)?;
                let drawings = self.pace.map_or(1, |pace| pace.drawings + 1);
                self.pace = Some(Pace { drawings, seconds: self.began.elapsed().as_secs_f64() });
                Ok(recorded)
            }
            Event::ReferenceFailed(failure) => {
                let unusable = self.ready.unusable(failure);
                tracing::warn!(reference.name = %unusable.name, error = %unusable.error, "reference cannot be used");
                self.unusable.push(unusable);
                Ok(Some(()))
            }
            Event::Failed(key, failure) => self.failed(key, failure).await,
        }
    }

    async fn failed(&mut self, key: String, failure: Failure) -> Result<Option<()>, Trouble> {
        let reason = || format!("drawing {key}: {}", failure.error);
        match failure.cause {
            Cause::Memory => return Err(Trouble::Memory(reason())),
            Cause::Disk => return Err(Trouble::Job(JobError::transient(reason()))),
            Cause::Engine if self.ready.lease.attempt < ENGINE_ATTEMPTS => {
                return Err(Trouble::Engine(reason()));
            }
            Cause::Engine | Cause::File => {}
        }
        tracing::warn!(drawing.id = %key, error = %failure.error, "drawing failed");
        let mut error = failure.error;
        error.truncate(error.floor_char_boundary(MAX_ERROR));
        let failed = Checkpoint::Failed(FailedDrawing { key: key.clone(), error });
        Ok(self.progress.finish(&key, failed).await)
    }

    /// Commits the job, if all of it is finished.
    async fn end(self, shared: &Shared) -> Result<Ended, JobError> {
        if self.ready.lease.verdict() >= Verdict::Cancel {
            return Ok(Ended::Stopped);
        }
        let Some(finished) = self.progress.complete() else { return Ok(Ended::Stopped) };
        let began = Instant::now();
        let digest = commit::create(shared, self.ready, finished, (self.unusable, self.pace)).await?;
        shared.metrics.step(&self.ready.spec.model, Step::Commit, began.elapsed());
        Ok(Ended::Committed(digest))
    }
}
