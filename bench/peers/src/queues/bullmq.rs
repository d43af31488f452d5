//! The crate `bullmq-official`, with its own workers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::bullmq::options::RedisConnectionOptions;
use ::bullmq::worker::{CancellationToken, WorkerEvent};
use ::bullmq::{BulkJob, Job, Queue, QueueOptions, Worker, WorkerOptions};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinSet;

use crate::work::Work;

const QUEUE: &str = "peers";
/// Jobs that are added at a time.
const BULK: usize = 1_000;
/// How long a worker may take to end after the measurement.
const CLOSE_MS: u64 = 5_000;

/// Jobs a second.
pub async fn per_s(address: &str, work: Work) -> Result<f64> {
    let connection = RedisConnectionOptions::new().url(address);
    let queue = Queue::with_options(QUEUE, QueueOptions::new().connection(connection.clone())).await?;
    fill(&queue, work).await?;
    let mut workers = Vec::new();
    for concurrency in work.concurrency_of_each() {
        workers.push(Arc::new(worker(&connection, concurrency).await?));
    }
    let per_s = complete(&workers, work.jobs).await?;
    let mut closing = JoinSet::new();
    for worker in workers {
        closing.spawn(async move { worker.close(CLOSE_MS).await });
    }
    while let Some(closed) = closing.join_next().await {
        closed.context("a worker ended early")?.context("cannot close a worker")?;
    }
    let completed = queue.get_completed_count().await?;
    ensure!(completed == work.jobs, "{completed} of {} jobs are completed", work.jobs);
    Ok(per_s)
}

async fn fill(queue: &Queue, work: Work) -> Result<()> {
    let mut drawings = work.drawings().peekable();
    while drawings.peek().is_some() {
        let jobs = drawings.by_ref().take(BULK).map(|drawing| BulkJob::new("paint", drawing)).collect();
        queue.add_bulk(jobs).await.context("cannot add jobs")?;
    }
    Ok(())
}

/// A worker that is yet to be started, and has nothing to do for any job.
///
/// All but the concurrency are the crate's defaults: a lock of 30 s for each job, renewed every 15 s, a check for stalled
/// jobs every 30 s, completed jobs kept. A worker that completes a job gets the next one with the same call. It waits
/// only when the queue is empty, which is after the measurement; the least wait that the crate takes is 1 s.
async fn worker(connection: &RedisConnectionOptions, concurrency: usize) -> Result<Worker> {
    let options = WorkerOptions::new()
        .connection(connection.clone())
        .concurrency(concurrency)
        .drain_delay(Duration::from_secs(1))
        .manual_start();
    let nothing = |_: Job, _: CancellationToken| async { Ok(Value::Null) };
    Worker::with_options(QUEUE, nothing, options).await.context("cannot make a worker")
}

/// Runs the workers until so many jobs are completed in Redis; gives jobs a second.
async fn complete(workers: &[Arc<Worker>], jobs: u64) -> Result<f64> {
    let (done, mut all_done) = channel(1_024);
    let mut watches = JoinSet::new();
    let began = Instant::now();
    for worker in workers {
        worker.run().await.context("cannot start a worker")?;
        watches.spawn(watch(Arc::clone(worker), done.clone()));
    }
    for _ in 0..jobs {
        all_done.recv().await.context("the workers ended early")??;
    }
    let seconds = began.elapsed().as_secs_f64();
    watches.shutdown().await;
    Ok(jobs as f64 / seconds)
}

/// Tells of every job that a worker has completed, or of what went wrong.
async fn watch(worker: Arc<Worker>, done: Sender<Result<()>>) {
    while let Some(event) = worker.next_event().await {
        let news = match event {
            WorkerEvent::Completed { .. } => Ok(()),
            WorkerEvent::Failed { job_id, error } => failed(&format!("job {job_id}: {error}")),
            WorkerEvent::Error(error) => failed(&error),
            WorkerEvent::Stalled { job_id } => failed(&format!("job {job_id} is stalled")),
            _ => continue,
        };
        if done.send(news).await.is_err() {
            return;
        }
    }
}

fn failed(what: &str) -> Result<()> {
    bail!("a worker reports: {what}")
}
