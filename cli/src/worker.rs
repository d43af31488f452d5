//! `shiage worker`: paints for a farm.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cel::AlphaRule;
use common::queue::{JobQueue, RedisQueue};
use tokio::signal::unix::{Signal, SignalKind, signal};
use worker::engine::{Engine, ShapeEngine};
use worker::farm::{Connect, Drain, End, FarmModel, Options, Worker};
use worker::model::{self, Device, Loaded};

use crate::args::{QueueArgs, WorkerArgs};
use crate::exit::{CliError, Exit};
use crate::{engine, farm, logging};

/// How often an idle worker asks for work that it was not told of.
const POLL: Duration = Duration::from_secs(5);
/// Longest name of a machine in a worker's id.
const MAX_HOST: usize = 64;

/// Runs `shiage worker`.
pub fn run(args: &WorkerArgs) -> Result<Exit, CliError> {
    logging::start(args.log)?;
    let device = engine::device(args.device);
    let models = models(&args.model, &device)?;
    let temporary = tempfile::tempdir().map_err(CliError::Start)?;
    let options = options(args, &device, temporary.path())?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let ended = runtime.block_on(serve(args, options, models));
    // A drawing that was not finished in time is not waited for.
    runtime.shutdown_background();
    ended
}

async fn serve(args: &WorkerArgs, options: Options, models: Vec<FarmModel>) -> Result<Exit, CliError> {
    let signals = Signals::new(args.with_parent).map_err(CliError::Start)?;
    let store = common::store::open(&args.store).await?;
    let queue = args.queue.connect().await?;
    let worker = Worker::new(options, models, Arc::new(queue), connect(&args.queue), store)?;
    let drain = worker.drain();
    tokio::select! {
        ended = worker.run() => Ok(exit(ended?)),
        () = signals.obey(&drain) => {
            tracing::warn!("asked twice: ends at once; its jobs come back when their leases are over");
            Ok(Exit::Error)
        }
    }
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

/// What asks a process to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// Whether the end of the parent is one, too.
    with_parent: bool,
}

impl Signals {
    fn new(with_parent: bool) -> std::io::Result<Self> {
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(Self { terminate, interrupt, with_parent })
    }

    /// Drains at the first signal; ends at the second one.
    async fn obey(mut self, drain: &Drain) {
        let parent =
            async { if self.with_parent { farm::gone().await } else { std::future::pending().await } };
        tokio::select! {
            () = parent => {}
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("asked to end");
        drain.drain();
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn models(names: &[String], device: &Device) -> Result<Vec<FarmModel>, CliError> {
    let default = ["builtin".to_owned(), "shape".to_owned()];
    let names = if names.is_empty() { &default } else { names };
    names.iter().map(|name| model(name, device)).collect()
}

fn model(name: &str, device: &Device) -> Result<FarmModel, CliError> {
    Ok(match name {
        "shape" => {
            let engine: Arc<dyn Engine> = Arc::new(ShapeEngine);
            FarmModel::new(name, Arc::clone(&engine), engine)
        }
        "builtin" => loaded(name, model::builtin(device)?),
        folder => {
            let folder = Path::new(folder);
            let name = folder.file_name().map_or_else(|| name.into(), |last| last.to_string_lossy());
            loaded(&name, model::load(folder, AlphaRule::Composite, device)?)
        }
    })
}

fn loaded(name: &str, model: Loaded) -> FarmModel {
    let reference = model.clone().seeing(AlphaRule::Reference).engine();
    FarmModel::new(name, model.engine().into(), reference.into())
}

fn options(args: &WorkerArgs, device: &Device, temporary: &Path) -> Result<Options, CliError> {
    let host = args.name.clone().unwrap_or_else(host);
    let nonce = format!("{:016x}", rand::random::<u64>());
    let id = format!("{}-{}", plain(&host), &nonce[..8]);
    Ok(Options {
        id: id.parse().map_err(|error| CliError::Usage(format!("{error}; see --name")))?,
        nonce,
        host,
        device: format!("{:?}", device.location()).to_lowercase(),
        tags: args.tag.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
        pools: args.pool.clone(),
        concurrency: args.concurrency as usize,
        reference_bytes: args.cache_bytes,
        blob_bytes: args.disk_bytes,
        work_dir: args.work_dir.clone().unwrap_or_else(|| temporary.to_path_buf()),
        grace: Duration::from_secs(args.grace),
        lease: Duration::from_millis(args.queue.policy.policy().lease_ms),
        poll: POLL,
    })
}

/// The machine's name for itself.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "worker".to_owned() } else { name.trim().to_owned() }
}

/// A name in the letters that an id may have.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(plain).take(MAX_HOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_an_id() {
        for name in ["Node_7.studio.local", "仕上げ", &"x".repeat(300)] {
            let id = format!("{}-01234567", plain(name));
            assert!(id.parse::<common::ids::WorkerId>().is_ok(), "{id}");
        }
    }
}
