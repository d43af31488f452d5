//! A worker of the release before the second format of specs: the same painter, which reads the first format alone. It
//! takes its addresses from the environment as `shiage worker` does, and paints with `shape` whatever its arguments say.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use common::farm::SpecFormat;
use common::ids::Pool;
use common::queue::{JobQueue, Policy, RedisQueue};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use worker::engine::{Engine, ShapeEngine};
use worker::farm::{Connect, FarmModel, Options, Worker};
use worker::model::Place;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_new(std::env::var("SHIAGE_LOG").unwrap_or_else(|_| "info".to_owned()))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.json().flatten_event(true).init();
    let mut asked = signal(SignalKind::terminate())?;
    let address = std::env::var("SHIAGE_REDIS")?;
    let lease = Duration::from_secs(std::env::var("SHIAGE_LEASE")?.parse()?);
    let policy = Policy { lease_ms: u64::try_from(lease.as_millis())?, ..Policy::default() };
    let store = common::store::open(&std::env::var("SHIAGE_STORE")?).await?;
    let queue = RedisQueue::connect(&address, policy.clone()).await?;
    let engine: Arc<dyn Engine> = Arc::new(ShapeEngine);
    let models = vec![FarmModel::new("shape", Arc::clone(&engine), engine)];
    let work_dir = tempfile::tempdir()?;
    let options = options(lease, work_dir.path())?;
    let worker = Worker::new(options, models, Arc::new(queue), connect(address, policy), store)?;
    let drain = worker.drain();
    let ending = async {
        asked.recv().await;
        drain.drain();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = worker.run() => { ended?; }
        () = ending => {}
    }
    Ok(())
}

fn options(lease: Duration, work_dir: &std::path::Path) -> Result<Options, Box<dyn Error>> {
    let nonce = format!("{:016x}", rand::random::<u64>());
    Ok(Options {
        id: format!("old-{nonce}").parse()?,
        nonce,
        host: "old".to_owned(),
        device: Place::cpu().device().clone(),
        tags: [].into(),
        pools: vec![Pool::default()],
        format: SpecFormat::FIRST,
        concurrency: 1,
        batch: 1,
        reference_bytes: 1 << 28,
        blob_bytes: 1 << 28,
        work_dir: work_dir.to_path_buf(),
        grace: Duration::from_secs(30),
        lease,
        poll: Duration::from_secs(5),
    })
}

/// A connection for the heartbeat, made on its own thread.
fn connect(address: String, policy: Policy) -> Connect {
    Box::new(move || {
        Box::pin(async move {
            let queue = RedisQueue::connect(&address, policy).await?;
            Ok(Arc::new(queue) as Arc<dyn JobQueue>)
        })
    })
}
