//! A worker from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use common::farm::WorkerInfo;
use common::queue::{JobQueue, NewWorker};
use common::store::FrameStore;
use tokio::task::JoinSet;

use super::blobs::BlobCache;
use super::heartbeat::{Beating, Connect, Heart};
use super::lease::Verdict;
use super::leases::Leases;
use super::metrics::Metrics;
use super::model::{self, FarmModel};
use super::monitor::Monitor;
use super::options::Options;
use super::phase::{Drain, Phase};
use super::session::Session;
use super::shared::Shared;
use super::warm::Warm;
use super::work_dir::WorkDir;
use super::{FarmError, selftest, slot};
use crate::device;
use crate::pipeline::{Batch, ReferenceCache};

/// How long a worker that ends waits for the queue to hear of it.
const FAREWELL: Duration = Duration::from_secs(2);

/// How a worker ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It finished what was in hand and gave its jobs back.
    Drained,
    /// It did not finish in time. So many jobs were in hand; others go on with them.
    Overdue(usize),
    /// Its device does not paint any more, for this reason.
    Broken(String),
}

/// A worker of the farm.
#[derive(Debug)]
pub struct Worker {
    shared: Arc<Shared>,
    connect: Connection,
    monitor: Monitor,
}

/// A connection to be made, which has nothing to show.
struct Connection(Connect);

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connect")
    }
}

impl Worker {
    /// A worker with these models, not registered yet. `connect` gives the heartbeat a connection of its own.
    ///
    /// # Errors
    /// When it would serve too many pools, or its work directory cannot be used.
    pub fn new(
        options: Options,
        models: Vec<FarmModel>,
        queue: Arc<dyn JobQueue>,
        connect: Connect,
        store: Arc<dyn FrameStore>,
    ) -> Result<Self, FarmError> {
        let pools = model::pools(&options.pools, &models, options.format)?;
        let work_dir = WorkDir::open(&options.work_dir)?;
        let leases = Arc::new(Leases::default());
        let metrics = Arc::new(Metrics::new(&options)?);
        let references = Arc::new(ReferenceCache::new(options.reference_bytes));
        let blobs = BlobCache::new(work_dir.blobs(), options.blob_bytes);
        metrics.watch((Arc::clone(&references), blobs.clone()), Arc::clone(&leases), &options)?;
        let worker = NewWorker {
            id: options.id.clone(),
            nonce: options.nonce.clone(),
            pools: pools.clone(),
            info: String::new(),
        };
        let shared = Shared {
            pools,
            store,
            session: Session::new(queue, worker, info(&options, &models), Arc::clone(&leases)),
            leases,
            drain: Drain::new(),
            batch: Batch::new(options.batch),
            references,
            blobs,
            metrics,
            warm: Warm::default(),
            work_dir,
            models,
            options,
        };
        let monitor = Monitor::new(Arc::clone(&shared.metrics), shared.drain.clone(), shared.options.lease);
        Ok(Self { shared: Arc::new(shared), connect: Connection(connect), monitor })
    }

    /// What asks it to end.
    #[must_use]
    pub fn drain(&self) -> Drain {
        self.shared.drain.clone()
    }

    /// What tells how it is, while it runs and after.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        self.monitor.clone()
    }

    /// Tests the models, registers, and paints until it is asked to end.
    ///
    /// # Errors
    /// When a model fails its self-test, or the queue refuses the worker.
    pub async fn run(self) -> Result<End, FarmError> {
        let shared = self.shared;
        test(&shared).await?;
        tokio::select! {
            () = shared.drain.over() => return Ok(End::Drained),
            begun = shared.session.begin() => begun?,
        }
        let beating = Beating {
            worker: shared.options.id.clone(),
            leases: Arc::clone(&shared.leases),
            every: shared.options.beat(),
            alarm: Arc::clone(&shared.session.alarm),
            metrics: Arc::clone(&shared.metrics),
            monitor: self.monitor.clone(),
        };
        let heart = Heart::start(self.connect.0, beating).await?;
        self.monitor.begins();
        let mut slots = JoinSet::new();
        for _ in 0..shared.options.concurrency.max(1) {
            slots.spawn(slot::run(Arc::clone(&shared)));
        }
        let finished = tokio::select! {
            () = shared.session.keep() => false,
            finished = work(&shared, &mut slots) => finished,
        };
        slots.abort_all();
        let left = shared.leases.all().len();
        let farewell = shared.session.queue().deregister(&shared.options.id);
        if !matches!(tokio::time::timeout(FAREWELL, farewell).await, Ok(Ok(()))) {
            tracing::warn!("the queue does not hear that the worker leaves; its leases run out");
        }
        drop(heart);
        tracing::info!(references = ?shared.references.usage(), "worker ends");
        Ok(match shared.drain.phase() {
            Phase::Broken(reason) => End::Broken(reason),
            _ if finished => End::Drained,
            _ => End::Overdue(left),
        })
    }
}

/// Waits until all slots have ended; gives whether they did in time.
async fn work(shared: &Shared, slots: &mut JoinSet<()>) -> bool {
    let ended = async { while slots.join_next().await.is_some() {} };
    let overdue = async {
        shared.drain.over().await;
        tracing::info!(phase = ?shared.drain.phase(), "finishing what is in hand");
        for lease in shared.leases.all() {
            lease.tell(Verdict::Yield);
        }
        let told = shared.session.queue().drain(&shared.options.id);
        let deadline = tokio::time::sleep(shared.options.grace);
        let (_, ()) = tokio::join!(told, deadline);
    };
    tokio::select! {
        () = ended => true,
        () = overdue => false,
    }
}

/// Lets every model paint a drawing whose colours are known.
async fn test(shared: &Arc<Shared>) -> Result<(), FarmError> {
    for model in &shared.models {
        let tested = tokio::task::spawn_blocking({
            let model = model.clone();
            move || selftest::run(model.engine(common::farm::Alpha::Composite).as_ref())
        });
        let failed = match tested.await {
            Ok(Ok(())) => continue,
            Ok(Err(reason)) => reason,
            Err(panic) => panic.to_string(),
        };
        return Err(FarmError::SelfTest { model: model.label().to_string(), reason: failed });
    }
    Ok(())
}

/// What the worker says of itself and never changes.
fn info(options: &Options, models: &[FarmModel]) -> WorkerInfo {
    WorkerInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        host: options.host.clone(),
        pid: std::process::id(),
        device: device::name(&options.device),
        memory_bytes: 0,
        rss_bytes: 0,
        models: models.iter().map(|model| model.label().clone()).collect(),
        concurrency: u32::try_from(options.concurrency).unwrap_or(u32::MAX),
        format: options.format.into(),
        tags: options.tags.clone(),
    }
}
