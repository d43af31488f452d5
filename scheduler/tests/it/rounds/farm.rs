//! A farm for a test: a queue, a store in a folder, and schedulers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use common::farm::{Finished, Manifest, ModelLabel, layout};
use common::ids::EpisodeId;
use common::queue::{JobQueue, ManualClock, MemoryQueue, Policy, RedisQueue, RedisServer};
use common::store::{FrameStore, FsStore, StorePrefix};
use scheduler::rounds::{self, Options};
use scheduler::service::{Service, Settings};
use tempfile::TempDir;
use tokio::task::AbortHandle;

use super::manifest::Drawings;

/// A farm.
pub struct Farm {
    queue: Queue,
    pub store: Arc<dyn FrameStore>,
    dir: TempDir,
}

enum Queue {
    Memory(MemoryQueue),
    Redis(RedisServer),
}

/// A scheduler, which ends with this value without a word to anybody.
pub struct Scheduler {
    pub service: Arc<Service>,
    task: AbortHandle,
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Rounds that come soon.
pub fn options(who: &str) -> Options {
    let ms = Duration::from_millis;
    Options {
        reap: ms(20),
        watch: ms(20),
        reconcile: ms(100),
        finish: ms(20),
        lead: ms(20),
        lead_for: ms(300),
        ..Options::new(who, ms(Policy::default().lease_ms))
    }
}

impl Farm {
    /// A farm in memory.
    pub async fn memory() -> Self {
        Self::with(tempfile::tempdir().unwrap(), Queue::Memory(MemoryQueue::new(Policy::default()))).await
    }

    /// A farm in memory whose clock the test sets.
    pub async fn clocked(clock: &ManualClock) -> Self {
        let queue = MemoryQueue::with_clock(Policy::default(), clock, 1);
        Self::with(tempfile::tempdir().unwrap(), Queue::Memory(queue)).await
    }

    /// A farm on a Redis server, which is empty.
    pub async fn redis() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = RedisServer::start(dir.path()).await.unwrap();
        Self::with(dir, Queue::Redis(server)).await
    }

    async fn with(dir: TempDir, queue: Queue) -> Self {
        let store = Arc::new(FsStore::open(dir.path().join("store")).await.unwrap());
        Self { queue, store, dir }
    }

    /// The queue as another process sees it.
    pub async fn queue(&self) -> Arc<dyn JobQueue> {
        match &self.queue {
            Queue::Memory(queue) => Arc::new(queue.handle()),
            Queue::Redis(server) => {
                Arc::new(RedisQueue::connect(&server.address(), Policy::default()).await.unwrap())
            }
        }
    }

    /// Everything that Redis knows is lost.
    pub async fn flush(&self) {
        let Queue::Redis(server) = &self.queue else { panic!("only Redis can lose its memory") };
        let mut raw =
            redis::Client::open(server.address()).unwrap().get_multiplexed_async_connection().await.unwrap();
        let () = redis::cmd("FLUSHALL").query_async(&mut raw).await.unwrap();
    }

    /// Starts a scheduler.
    pub async fn start(&self, options: Options) -> Scheduler {
        self.start_on(options, Arc::clone(&self.store)).await
    }

    /// Starts a scheduler that sees the store in its own way.
    pub async fn start_on(&self, options: Options, store: Arc<dyn FrameStore>) -> Scheduler {
        let settings = Settings { models: Vec::new(), target_seconds: 60 };
        let service = Arc::new(Service::new(self.queue().await, store, settings));
        let rounds = rounds::run(Arc::clone(&service), options, std::future::pending());
        let task = tokio::spawn(rounds).abort_handle();
        // Until there is an epoch, the queue takes nothing.
        let scheduler = Scheduler { service, task };
        let queue = self.queue().await;
        until("the queue has an epoch", async || queue.pulse().await.unwrap().epoch.is_some()).await;
        scheduler
    }

    /// Uploads and submits an episode.
    pub async fn submit(&self, scheduler: &Scheduler, drawings: &Drawings, token: &str) -> EpisodeId {
        for content in &drawings.files {
            self.store.put(&layout::blob(&common::Digest::of(content)), content.clone()).await.unwrap();
        }
        let manifest: Manifest = drawings.manifest.clone();
        // The scheduler may not have joined the epoch yet.
        for _ in 0..200 {
            match scheduler.service.submit(manifest.clone(), Some(token)).await {
                Ok(submitted) => return submitted.id,
                Err(scheduler::service::ServiceError::Queue(_)) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                Err(error) => panic!("{error}"),
            }
        }
        panic!("the queue takes nothing");
    }

    /// What is written down of the end of an episode.
    pub async fn finished(&self, id: &EpisodeId) -> Option<Finished> {
        let bytes = self.store.get(&layout::finished(id)).await.ok()?;
        Some(Finished::from_json(&bytes).unwrap())
    }

    /// Waits for the end of an episode.
    pub async fn until_finished(&self, id: &EpisodeId) -> Finished {
        until("the episode is finished", async || self.finished(id).await.is_some()).await;
        self.finished(id).await.unwrap()
    }

    /// A published file.
    pub async fn published(&self, id: &EpisodeId, name: &str) -> Bytes {
        self.store.get(&layout::published(id, name)).await.unwrap()
    }

    /// Names of published files.
    pub async fn names(&self, id: &EpisodeId) -> Vec<String> {
        let beginning = format!("done/{id}/");
        let prefix: StorePrefix = beginning.parse().unwrap();
        let page = self.store.list(&prefix, None, 1000).await.unwrap();
        page.entries.iter().map(|entry| entry.key.as_str()[beginning.len()..].to_owned()).collect()
    }

    /// The folder of the farm.
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }
}

/// The model of all episodes.
pub fn model() -> ModelLabel {
    ModelLabel::new("test", &common::Digest::of(b"weights"))
}

/// Waits until something holds.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within 30 seconds: {what}");
}

/// Time for several rounds.
pub async fn rounds() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}
