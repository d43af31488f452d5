//! Our own queue, measured as `shiage bench queue` does: one process with one connection.

use std::sync::Arc;

use anyhow::Result;
use common::queue::{JobQueue as _, Policy, RedisQueue, measure};

use crate::work::{CONCURRENCY, Work};

/// Jobs a second.
pub async fn per_s(address: &str, work: Work) -> Result<f64> {
    let queue = Arc::new(RedisQueue::connect(address, Policy::default()).await?);
    queue.reset(1).await?;
    measure::fill(&queue, work.jobs).await?;
    Ok(measure::pairs_per_s(&queue, work.jobs, CONCURRENCY).await?)
}
