//! Hearing of new jobs: one blocking read of the wake stream for a whole process.

use std::sync::Arc;
use std::time::Duration;

use redis::streams::{StreamRangeReply, StreamReadReply};
use redis::{FromRedisValue, Value};

use super::client::Connection;
use super::library::WAKE;
use super::link::Link;
use crate::ids::Pool;
use crate::queue::wake::Bell;

const BLOCK_MS: usize = 5_000;
/// A server that has said nothing for so long is gone, though its connection may not know it.
const TIMEOUT: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(500);

/// Rings the bell for every pool that gets jobs, for ever.
pub(super) async fn ring(link: Arc<Link>, bell: Arc<Bell>) {
    loop {
        if let Err(error) = follow(&link, &bell).await {
            tracing::debug!(address = %link.address, %error, "queue.wake.lost");
        }
        tokio::time::sleep(PAUSE).await;
        // What was missed meanwhile may have been for anybody.
        bell.ring_all();
    }
}

async fn follow(link: &Link, bell: &Bell) -> redis::RedisResult<()> {
    let mut connection = link.connect(TIMEOUT).await?;
    let mut last = latest(&mut connection).await?;
    loop {
        let mut read = redis::cmd("XREAD");
        read.arg("BLOCK").arg(BLOCK_MS).arg("STREAMS").arg(WAKE).arg(&last);
        for (id, pool) in entries(read.query_async(&mut connection).await?) {
            last = id;
            if let Ok(pool) = pool.parse::<Pool>() {
                bell.ring(&pool);
            }
        }
    }
}

/// The id of the last entry.
async fn latest(connection: &mut Connection) -> redis::RedisResult<String> {
    let mut read = redis::cmd("XREVRANGE");
    read.arg(WAKE).arg("+").arg("-").arg("COUNT").arg(1);
    let found: StreamRangeReply = read.query_async(connection).await?;
    Ok(found.ids.into_iter().next().map_or_else(|| "0-0".to_owned(), |entry| entry.id))
}

/// Ids and pools of an answer to XREAD; none if the wait was over.
fn entries(value: Value) -> Vec<(String, String)> {
    let Ok(reply) = StreamReadReply::from_redis_value(value) else { return Vec::new() };
    let ids = reply.keys.into_iter().flat_map(|stream| stream.ids);
    ids.map(|entry| (entry.id.clone(), entry.get("p").unwrap_or_default())).collect()
}
