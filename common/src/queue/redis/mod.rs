//! The queue on Redis.

mod address;
mod client;
mod library;
mod link;
mod ops;
mod read;
mod remedy;
mod reply;
mod server;
mod wake;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::task::AbortHandle;

use self::address::Address;
use self::library::Library;
use self::link::{Args, Link, Request};
use self::reply::Reply;
pub use self::server::RedisServer;
use super::JobQueue;
use super::chance::Chance;
use super::episode::BATCH;
use super::error::{QueueError, Result};
use super::policy::Policy;
use super::wake::Bell;
use crate::ids::{EpisodeId, JobKey, WorkerId};

/// A queue on Redis 7 or later: one server, a master that Sentinels watch, or a cluster.
#[derive(Debug)]
pub struct RedisQueue {
    link: Arc<Link>,
    policy: Policy,
    chance: Chance,
    /// The epoch this process works in; 0 before it has joined one.
    epoch: AtomicU64,
    bell: Arc<Bell>,
    ringer: OnceLock<AbortHandle>,
}

impl RedisQueue {
    /// Connects and joins the current epoch, if there is one. Tells what is wrong with a server that would lose jobs.
    pub async fn connect(address: &str, policy: Policy) -> Result<Self> {
        let queue = Self::build(address, policy, Library::new(), Chance::new())?;
        queue.check_server().await?;
        match queue.join().await {
            Ok(_) | Err(QueueError::Epoch { current: None, .. }) => Ok(queue),
            Err(error) => Err(error),
        }
    }

    fn build(address: &str, policy: Policy, library: Library, chance: Chance) -> Result<Self> {
        Ok(Self {
            link: Arc::new(Link::new(Address::parse(address)?, library)?),
            policy,
            chance,
            epoch: AtomicU64::new(0),
            bell: Arc::new(Bell::new()),
            ringer: OnceLock::new(),
        })
    }

    async fn check_server(&self) -> Result<()> {
        let mut reply = self.evaluate("server", Args::default()).await?;
        reply.text()?;
        let (version, eviction) = (reply.text()?, reply.text()?);
        let unsuited =
            |reason: String| QueueError::Unsuited { address: self.link.address.to_string(), reason };
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        if major.is_none_or(|major| major < 7) {
            return Err(unsuited(format!("is version {version:?}; version 7.0 or later is needed")));
        }
        if eviction != "noeviction" {
            let advice = "would throw jobs away when memory is full; set maxmemory-policy to noeviction";
            return Err(unsuited(format!("maxmemory-policy is {eviction}: it {advice}")));
        }
        Ok(())
    }

    /// Bytes of memory that the server uses.
    pub async fn memory_bytes(&self) -> Result<u64> {
        let mut reply = self.evaluate("server", Args::default()).await?;
        for _ in ["ok", "version", "eviction"] {
            reply.text()?;
        }
        reply.number()
    }

    /// Calls a function whose first argument is no epoch.
    async fn evaluate(&self, name: &'static str, args: Args) -> Result<Reply> {
        Reply::new(name, self.link.send(Request::Function(name, args)).await?)
    }

    /// Calls a function in the epoch of this process; gives the first word of its answer and the rest.
    async fn call(&self, name: &'static str, fill: impl FnOnce(Args) -> Args) -> Result<(String, Reply)> {
        let ours = self.epoch.load(Ordering::SeqCst);
        let mut reply = self.evaluate(name, fill(Args::default().with(ours))).await?;
        let word = reply.text()?;
        match word.as_str() {
            "epoch" => Err(QueueError::Epoch { ours, current: reply.text()?.parse().ok() }),
            "refused" => Err(QueueError::Refused { what: reply.text()?, reason: reply.text()? }),
            _ => Ok((word, reply)),
        }
    }

    /// Calls a function about an episode, a job or a worker that must be there.
    async fn call_about<S: Subject>(
        &self,
        name: &'static str,
        subject: &S,
        fill: impl FnOnce(Args) -> Args,
    ) -> Result<(String, Reply)> {
        let (word, reply) = self.call(name, |args| fill(args.with(subject))).await?;
        if word == S::MISSING { Err(subject.missing()) } else { Ok((word, reply)) }
    }

    /// Calls a function that has nothing to tell.
    async fn tell<S: Subject>(
        &self,
        name: &'static str,
        subject: &S,
        fill: impl FnOnce(Args) -> Args,
    ) -> Result<()> {
        match self.call_about(name, subject, fill).await? {
            (word, _) if word == "ok" => Ok(()),
            (word, reply) => Err(reply.unknown(&word)),
        }
    }

    /// Goes through an episode in batches; gives the sum of what each has told.
    async fn sweep(&self, name: &'static str, episode: &EpisodeId) -> Result<u32> {
        let (mut from, mut sum) = (0, 0);
        while from >= 0 {
            let (_, mut reply) = self.call_about(name, episode, |args| args.with(from).with(BATCH)).await?;
            from = reply.number::<i64>()?;
            sum += reply.number().unwrap_or(0);
        }
        Ok(sum)
    }
}

/// What a function can be about.
trait Subject: std::fmt::Display + Sync {
    /// The word for: it is not there.
    const MISSING: &'static str;
    fn missing(&self) -> QueueError;
}

impl Subject for EpisodeId {
    const MISSING: &'static str = "no-episode";
    fn missing(&self) -> QueueError {
        QueueError::NoEpisode(self.clone())
    }
}

impl Subject for JobKey {
    const MISSING: &'static str = "no-job";
    fn missing(&self) -> QueueError {
        QueueError::NoJob(self.clone())
    }
}

impl Subject for WorkerId {
    const MISSING: &'static str = "no-worker";
    fn missing(&self) -> QueueError {
        QueueError::NoWorker(self.clone())
    }
}

impl Drop for RedisQueue {
    fn drop(&mut self) {
        if let Some(ringer) = self.ringer.get() {
            ringer.abort();
        }
    }
}

#[cfg(any(test, feature = "testsuite"))]
impl RedisQueue {
    /// A queue whose clock is the value of a key, and whose chance a test decides.
    pub fn for_test(address: &str, policy: Policy, clock_key: &str, seed: u64) -> Result<Self> {
        Self::build(address, policy, Library::with_clock_at(clock_key), Chance::seeded(seed))
    }

    /// Everything it knows, as text.
    pub async fn dump(&self) -> Result<Vec<String>> {
        self.evaluate("dump", Args::default()).await?.rest(Reply::text)
    }
}
