//! The crate `apalis-redis`, with the workers of `apalis`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ::apalis::prelude::{
    BackendExt as _, BoxDynError, TaskSink as _, WorkerBuilder, WorkerBuilderExt as _, WorkerError,
};
use anyhow::{Context as _, Result, ensure};
use apalis_redis::{Config, RedisStorage};
use redis::AsyncCommands as _;
use redis::aio::ConnectionManager;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::server::connect;
use crate::work::{Drawings, Work};

/// Jobs that are added at a time.
const BULK: usize = 1_000;
/// How often a worker looks for jobs when there were none: as often as timers are worth.
const POLL: Duration = Duration::from_millis(1);

/// Jobs a second, with or without locks on jobs.
pub async fn per_s(address: &str, work: Work, locks: bool) -> Result<f64> {
    fill(&mut storage(address, config(1, locks)).await?, work).await?;
    let mut storages = Vec::new();
    for concurrency in work.concurrency_of_each() {
        storages.push((storage(address, config(concurrency, locks)).await?, concurrency));
    }
    let per_s = complete(storages, work.jobs).await?;
    let done: u64 = connect(address).await?.scard(config(1, locks).done_jobs_set()).await?;
    ensure!(done == work.jobs, "{done} of {} jobs are done", work.jobs);
    Ok(per_s)
}

/// How the crate is set up.
///
/// A worker fetches as many jobs at a time as it works on (the default is 10). It stores every result, as by default,
/// or it would not even tell Redis that a job is done. Events, for which nobody listens, are off (by default they are
/// on). Locks are on by default; the crate advises to turn them off for short jobs. To lock a job it searches the whole
/// list of ready ones, so that this costs the more the longer that list is.
fn config(concurrency: usize, locks: bool) -> Config {
    Config::default().queue("peers").batch_size(concurrency).emit_events(false).lock_tasks(locks)
}

async fn storage(address: &str, config: Config) -> Result<RedisStorage<Drawings>> {
    Ok(RedisStorage::new(connect(address).await?).with_config(config))
}

async fn fill(storage: &mut RedisStorage<Drawings>, work: Work) -> Result<()> {
    let mut drawings = work.drawings().peekable();
    while drawings.peek().is_some() {
        storage.push_bulk(drawings.by_ref().take(BULK).collect()).await.context("cannot add jobs")?;
        let config = storage.get_config().clone();
        make_ready(storage.get_connection(), &config).await.context("cannot make scheduled jobs ready")?;
    }
    Ok(())
}

/// Makes the scheduled jobs ready. The crate schedules every new job for the present second, and makes all due ones
/// ready when it next fetches some; with about 8 000 or more its script fails ("too many results to unpack"). So the
/// same is done here, for some at a time and before the measurement.
async fn make_ready(connection: &mut ConnectionManager, config: &Config) -> redis::RedisResult<()> {
    let (scheduled, ready) = (config.scheduled_jobs_set(), config.active_jobs_list());
    loop {
        let jobs: Vec<String> = connection.zrange(&scheduled, 0, BULK as isize - 1).await?;
        if jobs.is_empty() {
            return Ok(());
        }
        let mut both = redis::pipe();
        both.atomic().rpush(&ready, &jobs).ignore().zrem(&scheduled, &jobs).ignore();
        both.query_async::<()>(connection).await?;
    }
}

/// Runs a worker on each of the storages until so many jobs are done and Redis knows; gives jobs a second.
async fn complete(storages: Vec<(RedisStorage<Drawings>, usize)>, jobs: u64) -> Result<f64> {
    let left = Arc::new(AtomicU64::new(jobs));
    let (stop, stopped) = watch::channel(false);
    let stop = Arc::new(stop);
    let mut workers = JoinSet::new();
    let began = Instant::now();
    for (number, (storage, concurrency)) in storages.into_iter().enumerate() {
        let (left, stop) = (Arc::clone(&left), Arc::clone(&stop));
        let nothing = move |_: Drawings| {
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                stop.send_replace(true);
            }
            async { Ok::<(), BoxDynError>(()) }
        };
        let worker = WorkerBuilder::new(format!("worker-{number}").as_str())
            .backend(storage.poll_with_interval(POLL))
            .concurrency(concurrency)
            .build(nothing);
        let mut stopped = stopped.clone();
        // A worker that is to stop first tells Redis of all jobs that it has done.
        workers.spawn(worker.run_until(async move {
            stopped
                .wait_for(|&stop| stop)
                .await
                .map(drop)
                .map_err(|error| WorkerError::BackendError(error.into()))
        }));
    }
    while let Some(worker) = workers.join_next().await {
        worker.context("a worker ended early")?.context("a worker failed")?;
    }
    Ok(jobs as f64 / began.elapsed().as_secs_f64())
}
