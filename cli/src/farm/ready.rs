//! Waits until a farm is ready.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use common::queue::{JobQueue as _, Policy, RedisQueue};
use tokio::net::TcpStream;

use crate::exit::CliError;

/// How long a farm may take to start.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(50);

/// Waits until somebody listens there.
pub async fn listens(what: &str, address: SocketAddr) -> Result<(), CliError> {
    wait(what, async || TcpStream::connect(address).await.is_ok()).await
}

/// Waits until so many workers of this start have registered.
pub async fn workers(redis: &str, pids: impl Fn() -> Vec<u32>) -> Result<(), CliError> {
    let queue = RedisQueue::connect(redis, Policy::default()).await?;
    wait("workers", async || {
        // The scheduler begins the epoch.
        let _ = queue.join().await;
        let registered = queue.workers().await.unwrap_or_default();
        let infos = registered
            .iter()
            .filter_map(|worker| serde_json::from_str::<common::farm::WorkerInfo>(&worker.info).ok());
        let there: Vec<u32> = infos.map(|info| info.pid).collect();
        pids().iter().all(|pid| there.contains(pid))
    })
    .await
}

async fn wait(what: &str, mut is_there: impl AsyncFnMut() -> bool) -> Result<(), CliError> {
    let began = Instant::now();
    while !is_there().await {
        if began.elapsed() > PATIENCE {
            let message = format!("{what} did not start within {} s; the logs tell why", PATIENCE.as_secs());
            return Err(CliError::Start(std::io::Error::other(message)));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}
