//! Rounds of measurements: every queue once in each, on an empty server.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::queues::Queue;
use crate::server::Server;
use crate::work::Work;

/// Measurements of every queue.
pub const ROUNDS: usize = 3;
/// No queue needs as long for any work that is worth measuring.
const TIMEOUT: Duration = Duration::from_secs(600);

/// What was measured.
#[derive(Debug)]
pub struct Rounds {
    /// The version of Redis.
    pub redis: String,
    /// For each queue, in the order of [`Queue::ALL`], the jobs a second of every round.
    pub per_s: Vec<Vec<f64>>,
}

/// Measures all queues. Every other round has the opposite order, so that a machine that gets slower or faster over
/// time does so for all of them.
pub async fn measure(work: Work, redis: Option<&str>) -> Result<Rounds> {
    let mut rounds = Rounds { redis: String::new(), per_s: vec![Vec::new(); Queue::ALL.len()] };
    for round in 0..ROUNDS {
        let mut order: Vec<usize> = (0..Queue::ALL.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let queue = Queue::ALL[index];
            let server = Server::empty(redis).await?;
            rounds.redis = server.version().await?;
            let measured = tokio::time::timeout(TIMEOUT, queue.per_s(server.address(), work)).await;
            server.leave().await?;
            let per_s = measured
                .with_context(|| format!("{} is not done after {} s", queue.name(), TIMEOUT.as_secs()))?
                .with_context(|| format!("cannot measure {}", queue.name()))?;
            rounds.per_s[index].push(per_s);
        }
    }
    Ok(rounds)
}
