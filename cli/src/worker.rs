//! `shiage worker`: paints for a farm.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use common::farm::SpecFormat;
use common::queue::{JobQueue, RedisQueue};
use worker::farm::{Connect, Drain, End, FarmModel, Options, Worker};
use worker::model::Place;

use crate::args::{QueueArgs, WorkerArgs};
use crate::exit::{CliError, Exit};
use crate::signals::Signals;
use crate::{engine, identity, logging, models, monitor};

/// How often an idle worker asks for work that it was not told of.
const POLL: Duration = Duration::from_secs(5);

/// Runs `shiage worker`.
pub fn run(args: &WorkerArgs) -> Result<Exit, CliError> {
    logging::start(args.log)?;
    let place = engine::place(&args.place, |why| tracing::warn!(%why, "paints on the processor"))?;
    let room = engine::room(args.batch, &place);
    let models = models::load(&args.model, &place)?;
    let lanes = u64::from(args.concurrency);
    let batch = engine::batch(args.batch, models::needs(&models), (room, lanes), &place)?;
    let temporary = tempfile::tempdir().map_err(CliError::Start)?;
    let options = options(args, &place, batch, temporary.path())?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let ended = runtime.block_on(serve(args, options, models));
    // A drawing that was not finished in time is not waited for.
    runtime.shutdown_background();
    ended
}

async fn serve(args: &WorkerArgs, options: Options, models: Vec<FarmModel>) -> Result<Exit, CliError> {
    let mut signals = Signals::new(args.with_parent)?;
    let store = common::store::open(&args.store).await?;
    let queue = args.queue.connect().await?;
    let worker = Worker::new(options, models, Arc::new(queue), connect(&args.queue), store)?;
    let drain = worker.drain();
    let telling = monitor::serve(args.metrics_addr, worker.monitor()).await?;
    tokio::select! {
        ended = worker.run() => Ok(exit(ended?)),
        () = telling => Ok(Exit::Error),
        () = obey(&mut signals, &drain) => {
            tracing::warn!("asked twice: ends at once; its jobs come back when their leases are over");
            Ok(Exit::Error)
        }
    }
}

/// Drains at the first signal; ends at the second one.
async fn obey(signals: &mut Signals, drain: &Drain) {
    signals.first().await;
    tracing::info!("asked to end");
    drain.drain();
    signals.again().await;
}

fn exit(end: End) -> Exit {
    match end {
        End::Drained => Exit::Done,
        End::Overdue(jobs) => {
            tracing::warn!(jobs, "not finished in time; others go on with these jobs (see --grace)");
            Exit::Done
        }
        End::Broken(reason) => {
            tracing::error!(%reason, "the device does not paint any more; start the worker again");
            Exit::Broken
        }
    }
}

/// A connection for the heartbeat, made on its own thread.
fn connect(args: &QueueArgs) -> Connect {
    let (address, policy) = (args.redis.clone(), args.policy.policy());
    Box::new(move || {
        Box::pin(async move {
            let queue = RedisQueue::connect(&address, policy).await?;
            Ok(Arc::new(queue) as Arc<dyn JobQueue>)
        })
    })
}

fn options(args: &WorkerArgs, place: &Place, batch: usize, temporary: &Path) -> Result<Options, CliError> {
    let host = args.name.clone().unwrap_or_else(identity::host);
    let (id, nonce) = identity::unique(&host);
    Ok(Options {
        id: id.parse().map_err(|error| CliError::Usage(format!("{error}; see --name")))?,
        nonce,
        host,
        device: place.device().clone(),
        tags: args.tag.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        pools: args.pool.clone(),
        format: SpecFormat::LATEST,
        concurrency: args.concurrency as usize,
        batch,
        reference_bytes: args.cache_bytes,
        blob_bytes: args.disk_bytes,
        work_dir: args.work_dir.clone().unwrap_or_else(|| temporary.to_path_buf()),
        grace: Duration::from_secs(args.grace),
        lease: args.queue.policy.lease(),
        poll: POLL,
    })
}
