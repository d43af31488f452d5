//! Our own queue, measured as `shiage bench queue` does.

use std::sync::Arc;

use anyhow::Result;
use common::queue::{JobQueue as _, Policy, RedisQueue, measure};

use crate::work::{CONCURRENCY, Work};

/// Connections that the workers share, as those of so many processes would.
const PROCESSES: usize = 4;

/// Jobs a second.
pub async fn per_s(address: &str, work: Work) -> Result<f64> {
    let first = Arc::new(RedisQueue::connect(address, Policy::default()).await?);
    first.reset(1).await?;
    let mut handles = vec![first];
    while handles.len() < PROCESSES {
        handles.push(Arc::new(RedisQueue::connect(address, Policy::default()).await?));
    }
    measure::fill(&handles[0], work.jobs).await?;
    Ok(measure::pairs_per_s(&handles, work.jobs, CONCURRENCY).await?)
}
