//! `shiage bench queue`.

use std::sync::Arc;

use common::queue::{JobQueue as _, Policy, QueueError, RedisQueue, RedisServer, measure};
use serde::Serialize;

use crate::args::QueueBenchArgs;
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Claims whose latency is measured, at most.
const CLAIMS: u64 = 10_000;
/// Pairs of claim and completion whose throughput is measured, at most.
const PAIRS: u64 = 200_000;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Figures {
    claim_complete_per_s: f64,
    claim_p50_ms: f64,
    claim_p99_ms: f64,
    redis_bytes_per_job: f64,
    rebuild_s: f64,
    jobs: u64,
}

/// Runs `shiage bench queue`.
pub fn run(args: &QueueBenchArgs) -> Result<Exit, CliError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::Start)?;
    let figures = runtime.block_on(async {
        match &args.redis {
            Some(address) => measure(address, args).await,
            None => {
                let dir = tempfile::tempdir().map_err(CliError::Start)?;
                let server = RedisServer::start(dir.path()).await?;
                measure(&server.address(), args).await
            }
        }
    })?;
    if args.json {
        let text = serde_json::to_string(&figures)
            .map_err(|error| CliError::Unwritable { path: "standard output".into(), source: error.into() })?;
        terminal::result(&text);
    } else {
        terminal::result(&table(&figures));
    }
    Ok(Exit::Done)
}

async fn measure(address: &str, args: &QueueBenchArgs) -> Result<Figures, CliError> {
    let queue = Arc::new(RedisQueue::connect(address, Policy::default()).await?);
    if queue.pulse().await?.epoch.is_some() {
        let reason = "holds a farm's queue; measure on an empty server".to_owned();
        return Err(QueueError::Unsuited { address: address.to_owned(), reason }.into());
    }
    queue.reset(1).await?;
    let before = queue.memory_bytes().await?;
    let rebuild_s = measure::fill(&queue, args.jobs).await?;
    let bytes = queue.memory_bytes().await?.saturating_sub(before);
    let claims = CLAIMS.min(args.jobs / 4);
    let latencies = measure::latencies(queue.as_ref(), claims).await?;
    let pairs = PAIRS.min(args.jobs / 2);
    let claim_complete_per_s = measure::pairs_per_s(&queue, pairs, args.workers).await?;
    // Leaves the server as empty as it was, but for its epoch.
    queue.reset(2).await?;
    Ok(Figures {
        claim_complete_per_s: claim_complete_per_s.round(),
        claim_p50_ms: rounded(latencies.quantile_ms(0.5)),
        claim_p99_ms: rounded(latencies.quantile_ms(0.99)),
        redis_bytes_per_job: (bytes as f64 / args.jobs as f64).round(),
        rebuild_s: rounded(rebuild_s),
        jobs: args.jobs,
    })
}

fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

fn table(figures: &Figures) -> String {
    [
        format!("jobs ready                {:>10}", figures.jobs),
        format!("claim + complete          {:>10} /s", figures.claim_complete_per_s),
        format!("claim, half below         {:>10.3} ms", figures.claim_p50_ms),
        format!("claim, 99 of 100 below    {:>10.3} ms", figures.claim_p99_ms),
        format!("memory of Redis           {:>10} bytes a job", figures.redis_bytes_per_job),
        format!("rebuild                   {:>10.3} s", figures.rebuild_s),
    ]
    .join("\n")
}
