//! Queues whose clocks the tests set.

use async_trait::async_trait;
use common::queue::contract::Fixture;
use common::queue::{JobQueue, ManualClock, MemoryQueue, Policy, RedisQueue, RedisServer};
use redis::AsyncCommands;
use tempfile::TempDir;

/// When the tests begin.
pub const START_MS: u64 = 1_750_000_000_000;
/// The key that scripts under test read the time from; in the slot of the others, as a cluster wants.
pub const CLOCK_KEY: &str = "{shiage:0}:clock";

/// A queue in memory.
pub struct Memory {
    pub queue: MemoryQueue,
    clock: ManualClock,
}

pub async fn memory() -> Memory {
    memory_with(1)
}

pub fn memory_with(seed: u64) -> Memory {
    let clock = ManualClock::at(START_MS);
    Memory { queue: MemoryQueue::with_clock(Policy::default(), &clock, seed), clock }
}

#[async_trait]
impl Fixture for Memory {
    fn queue(&self) -> &dyn JobQueue {
        &self.queue
    }

    async fn another(&self) -> Box<dyn JobQueue> {
        Box::new(self.queue.handle())
    }

    async fn advance(&self, ms: u64) {
        self.clock.advance(ms);
    }
}

/// A queue on a Redis server of its own.
pub struct Redis {
    pub queue: RedisQueue,
    pub address: String,
    pub server: RedisServer,
    _dir: TempDir,
}

pub async fn redis() -> Redis {
    redis_with(1).await
}

pub async fn redis_with(seed: u64) -> Redis {
    let dir = tempfile::tempdir().unwrap();
    let server = RedisServer::start(dir.path()).await.unwrap();
    let address = server.address();
    set_clock(&address, START_MS).await;
    let queue = RedisQueue::for_test(&address, Policy::default(), CLOCK_KEY, seed).unwrap();
    queue.reset(1).await.unwrap();
    Redis { queue, address, server, _dir: dir }
}

/// A connection past the queue.
pub async fn raw(address: &str) -> redis::aio::MultiplexedConnection {
    redis::Client::open(address).unwrap().get_multiplexed_async_connection().await.unwrap()
}

async fn set_clock(address: &str, ms: u64) {
    let () = raw(address).await.set(CLOCK_KEY, ms).await.unwrap();
}

#[async_trait]
impl Fixture for Redis {
    fn queue(&self) -> &dyn JobQueue {
        &self.queue
    }

    async fn another(&self) -> Box<dyn JobQueue> {
        Box::new(RedisQueue::for_test(&self.address, Policy::default(), CLOCK_KEY, 2).unwrap())
    }

    async fn advance(&self, ms: u64) {
        let () = raw(&self.address).await.incr(CLOCK_KEY, ms).await.unwrap();
    }
}
