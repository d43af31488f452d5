//! A farm of real processes.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use common::farm::JobId;
use common::queue::{JobQueue as _, Policy, RedisQueue, RedisServer, WorkerStatus};
use common::store::{FrameStore, S3Options, S3Store};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::Result;
use crate::builder::{free_port, listens};
use crate::command::{self, Output};
use crate::process::Process;
use crate::proxy::{Proxy, Weather};
use crate::verdict;

/// The bucket of the farm.
pub(crate) const BUCKET: &str = "farm";
/// The farm's one token, and the keys of its store.
pub(crate) const TOKEN: &str = "the-token-of-the-farm";
/// How long a process may take to end when asked.
const PATIENCE: Duration = Duration::from_secs(40);

/// What all processes are told.
pub(crate) struct Site {
    pub shiage: PathBuf,
    pub dir: TempDir,
    pub lease: u32,
    pub models: Vec<String>,
    pub target_seconds: u32,
    /// Whom schedulers tell, and the secret.
    pub webhook: Option<[String; 2]>,
    /// What they log.
    pub log: String,
    /// The store, by way of a proxy.
    pub store: String,
    pub direct_store: String,
}

/// A worker and its own way to the queue.
pub struct WorkerSlot {
    /// The process.
    pub process: Process,
    /// Its way to Redis.
    pub redis: Proxy,
    /// The port where it tells how it is.
    pub metrics: u16,
}

/// A scheduler and its own way to the queue.
pub struct SchedulerSlot {
    /// The process.
    pub process: Process,
    /// Its way to Redis.
    pub redis: Proxy,
    port: u16,
}

impl SchedulerSlot {
    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

/// A farm: Redis, an S3 server, schedulers and workers, each a process, and proxies between them.
pub struct Farm {
    site: Site,
    /// The queue's server.
    pub redis: RedisServer,
    /// The store's server.
    pub s3: Process,
    /// The way of all processes to the store.
    pub store_proxy: Proxy,
    /// The schedulers.
    pub schedulers: Vec<SchedulerSlot>,
    /// The workers.
    pub workers: Vec<WorkerSlot>,
}

impl Farm {
    pub(crate) const fn new(site: Site, redis: RedisServer, s3: Process, store_proxy: Proxy) -> Self {
        Self { site, redis, s3, store_proxy, schedulers: Vec::new(), workers: Vec::new() }
    }

    /// Starts a scheduler, and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub async fn add_scheduler(&mut self, port: u16) -> Result<()> {
        let redis = Proxy::start(self.redis.port()).await?;
        let process = self.start_scheduler(&redis, port)?;
        listens(port).await?;
        self.schedulers.push(SchedulerSlot { process, redis, port });
        Ok(())
    }

    /// Starts a worker.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn add_worker(&mut self) -> Result<()> {
        self.add_worker_of(&self.site.shiage.clone()).await
    }

    /// Starts a worker that is another program, such as that of another version.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn add_worker_of(&mut self, program: &Path) -> Result<()> {
        let redis = Proxy::start(self.redis.port()).await?;
        let metrics = free_port()?;
        let process = self.start_worker(program, &redis, metrics)?;
        self.workers.push(WorkerSlot { process, redis, metrics });
        Ok(())
    }

    /// Kills a worker and starts another in its place.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn replace_worker(&mut self, index: usize) -> Result<()> {
        self.workers[index].process.kill().await?;
        self.start_worker_at(index)
    }

    /// Starts a worker in the place of one that has ended.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_worker_at(&mut self, index: usize) -> Result<()> {
        let slot = &self.workers[index];
        let process = self.start_worker(&self.site.shiage, &slot.redis, slot.metrics)?;
        self.workers[index].process = process;
        Ok(())
    }

    /// Kills a scheduler and starts another in its place.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn replace_scheduler(&mut self, index: usize) -> Result<()> {
        self.schedulers[index].process.kill().await?;
        let slot = &self.schedulers[index];
        let process = self.start_scheduler(&slot.redis, slot.port)?;
        self.schedulers[index].process = process;
        listens(self.schedulers[index].port).await
    }

    fn start_scheduler(&self, redis: &Proxy, port: u16) -> Result<Process> {
        let mut command = self.process(&self.site.shiage, "scheduler", redis);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command.args(["--target-seconds", &self.site.target_seconds.to_string()]);
        if let Some([url, secret]) = &self.site.webhook {
            command.env("SHIAGE_WEBHOOK", url).env("SHIAGE_WEBHOOK_SECRET", secret);
        }
        command.env("SHIAGE_TOKENS", format!("admin:{TOKEN}"));
        Process::start(command, &self.log("schedulers"))
    }

    fn start_worker(&self, program: &Path, redis: &Proxy, metrics: u16) -> Result<Process> {
        let mut command = self.process(program, "worker", redis);
        command.args(["--metrics-addr", &format!("127.0.0.1:{metrics}")]);
        command.args(self.site.models.iter().flat_map(|model| ["--model", model]));
        Process::start(command, &self.log("workers"))
    }

    fn process(&self, program: &Path, name: &str, redis: &Proxy) -> Command {
        let mut command = Command::new(program);
        command.arg(name).env("SHIAGE_REDIS", format!("redis://127.0.0.1:{}", redis.port()));
        command.env("SHIAGE_STORE", &self.site.store).env("SHIAGE_LEASE", self.site.lease.to_string());
        command.env("AWS_ACCESS_KEY_ID", TOKEN).env("AWS_SECRET_ACCESS_KEY", TOKEN);
        command.env("SHIAGE_LOG_FORMAT", "json").env("SHIAGE_LOG", &self.site.log);
        command
    }

    /// Where queue and store are, without proxies, and the keys of the store, as variables of an environment.
    #[must_use]
    pub fn addresses(&self) -> [(&'static str, String); 4] {
        [
            ("SHIAGE_REDIS", self.redis.address()),
            ("SHIAGE_STORE", self.site.direct_store.clone()),
            ("AWS_ACCESS_KEY_ID", TOKEN.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", TOKEN.to_owned()),
        ]
    }

    fn log(&self, name: &str) -> PathBuf {
        self.site.dir.path().join(format!("logs/{name}.log"))
    }

    /// What the schedulers and workers have logged.
    #[must_use]
    pub fn logs(&self) -> String {
        let read = |name| std::fs::read_to_string(self.log(name)).unwrap_or_default();
        format!("schedulers:\n{}\nworkers:\n{}", read("schedulers"), read("workers"))
    }

    /// The address of its HTTP API: that of the first scheduler.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.schedulers[0].port)
    }

    /// The token that opens everything.
    #[must_use]
    pub const fn token() -> &'static str {
        TOKEN
    }

    /// Runs `shiage` as a client of the farm.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn shiage(&self, args: &[&str]) -> Result<Output> {
        self.shiage_with(args, &[]).await
    }

    /// Runs `shiage` as a client of the farm, with more in its environment.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn shiage_with(&self, args: &[&str], more: &[(&str, &str)]) -> Result<Output> {
        let mut command = self.client(args);
        command.envs(more.iter().copied());
        command::run(command).await
    }

    /// Starts `shiage` as a client of the farm that goes on until it is killed; what it says goes to a log.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_client(&self, args: &[&str], log: &Path) -> Result<Process> {
        Process::start(self.client(args), log)
    }

    fn client(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.site.shiage);
        command.args(args).env("SHIAGE_URL", self.url()).env("SHIAGE_TOKEN", TOKEN);
        command
    }

    /// Submits a folder; gives the episode.
    ///
    /// # Errors
    /// When it is not taken in.
    pub async fn submit(&self, folder: &Path, more: &[&str]) -> Result<String> {
        let folder = folder.to_str().ok_or("a folder with an odd name")?;
        let fixed = ["submit", folder, "--show", "Test", "--user", "test", "--json"];
        let model: &[&str] = if more.contains(&"--model") { &[] } else { &["--model", "shape"] };
        let output = self.shiage(&[&fixed, model, more].concat()).await?.ended(0)?;
        Ok(output.json()?["id"].as_str().ok_or("no id")?.to_owned())
    }

    /// How far an episode is.
    ///
    /// # Errors
    /// When the farm does not tell.
    pub async fn status(&self, episode: &str) -> Result<Value> {
        self.shiage(&["status", episode, "--json"]).await?.ended(0)?.json()
    }

    /// Waits until an episode comes to its end; gives how.
    ///
    /// # Errors
    /// When it does not in time.
    pub async fn wait(&self, episode: &str, patience: Duration) -> Result<Value> {
        let deadline = tokio::time::Instant::now() + patience;
        let mut last = Value::Null;
        loop {
            // A farm under fire does not answer every time.
            if let Ok(status) = self.status(episode).await {
                if ["done", "incomplete", "cancelled", "halted"].iter().any(|state| status["state"] == *state)
                {
                    return Ok(status);
                }
                last = status;
            }
            if tokio::time::Instant::now() > deadline {
                return Err(format!("episode {episode} does not end: {last}").into());
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Fetches what is published of an episode.
    ///
    /// # Errors
    /// When it is not complete.
    pub async fn fetch(&self, episode: &str, out: &Path) -> Result<()> {
        let out = out.to_str().ok_or("a folder with an odd name")?;
        self.shiage(&["fetch", episode, "--out", out, "--json"]).await?.ended(0).map(|_| ())
    }

    /// Paints a folder without the farm.
    ///
    /// # Errors
    /// When it is not painted completely.
    pub async fn paint(&self, folder: &Path, out: &Path, more: &[&str]) -> Result<()> {
        let (folder, out) = (folder.to_str().ok_or("an odd name")?, out.to_str().ok_or("an odd name")?);
        let model: &[&str] = if more.contains(&"--model") { &[] } else { &["--model", "shape"] };
        self.shiage(&[&["paint", folder, "--out", out, "--json"], model, more].concat())
            .await?
            .ended(0)
            .map(|_| ())
    }

    /// The queue, without a proxy.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn queue(&self) -> Result<RedisQueue> {
        let policy = Policy { lease_ms: u64::from(self.site.lease) * 1_000, ..Policy::default() };
        Ok(RedisQueue::connect(&self.redis.address(), policy).await?)
    }

    /// The store, without a proxy.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn store(&self) -> Result<Arc<dyn FrameStore>> {
        let mut options = S3Options::new(BUCKET);
        let endpoint = self.site.direct_store.split("endpoint=").nth(1).map(str::to_owned);
        options.endpoint = endpoint;
        options.region = Some("us-east-1".to_owned());
        let keys = Credentials::new(TOKEN, TOKEN, None, None, "test");
        Ok(Arc::new(S3Store::open_with(options, keys).await?))
    }

    /// The jobs whose specifications are in the store.
    pub(crate) async fn specs(&self) -> Result<Vec<JobId>> {
        verdict::specs(self.store().await?.as_ref()).await
    }

    /// Lets the store fare otherwise for a while.
    pub(crate) async fn weather_of_store(&self, weather: Weather, time: Duration) {
        self.store_proxy.set(weather);
        tokio::time::sleep(time).await;
        self.store_proxy.set(Weather::Fine);
    }

    /// Lets Redis forget everything.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn empty_redis(&self) -> Result<()> {
        self.ask_redis("FLUSHALL\r\n").await.map(|_| ())
    }

    /// Makes a replica the queue's server for all but the first worker, who stays with the old one; gives the old one.
    ///
    /// # Errors
    /// When the replica does not start or does not follow.
    pub async fn fail_over(&mut self) -> Result<RedisServer> {
        let dir = self.site.dir.path().join("replica");
        std::fs::create_dir_all(&dir)?;
        let old = self.redis.port().to_string();
        let replica = RedisServer::start_with(&dir, &["--replicaof", "127.0.0.1", &old]).await?;
        if self.ask_redis("WAIT 1 20000\r\n").await? != ":1" {
            return Err("the replica does not follow".into());
        }
        let old = std::mem::replace(&mut self.redis, replica);
        self.ask_redis("REPLICAOF NO ONE\r\n").await?;
        let ways = self.schedulers.iter().map(|slot| &slot.redis);
        for way in ways.chain(self.workers.iter().skip(1).map(|slot| &slot.redis)) {
            way.lead_to(self.redis.port());
            way.blink();
        }
        Ok(old)
    }

    /// Keys that Redis holds.
    pub(crate) async fn keys_of_redis(&self) -> Result<u64> {
        Ok(self.ask_redis("DBSIZE\r\n").await?.trim_start_matches(':').parse()?)
    }

    /// The first line that Redis answers.
    async fn ask_redis(&self, command: &str) -> Result<String> {
        let mut stream = BufStream::new(TcpStream::connect((Ipv4Addr::LOCALHOST, self.redis.port())).await?);
        stream.write_all(command.as_bytes()).await?;
        stream.flush().await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        Ok(line.trim().to_owned())
    }

    /// Leases last so long.
    #[must_use]
    pub const fn lease(&self) -> Duration {
        Duration::from_secs(self.site.lease as u64)
    }

    /// Asks all processes to end, workers first, and makes sure that they do and that nothing is left behind.
    ///
    /// # Errors
    /// When one does not end well, or the queue still knows a lease or a worker.
    pub async fn stop(mut self) -> Result<()> {
        for slot in &mut self.workers {
            slot.process.terminate(PATIENCE).await.map_err(|error| format!("worker: {error}"))?;
        }
        self.nothing_is_left().await?;
        for slot in &mut self.schedulers {
            slot.process.terminate(PATIENCE).await.map_err(|error| format!("scheduler: {error}"))?;
        }
        self.s3.terminate(PATIENCE).await
    }

    /// Workers that end give everything back.
    async fn nothing_is_left(&self) -> Result<()> {
        let queue = self.queue().await?;
        queue.join().await?;
        let workers = queue.workers().await?;
        let running: u32 = queue.counts().await?.pools.iter().map(|pool| pool.running).sum();
        // Those that were killed are taken off the list when they have been silent for a while.
        let own = |worker: &WorkerStatus| {
            self.workers.iter().any(|slot| worker.info.contains(&format!("\"pid\":{},", slot.process.id())))
        };
        match (workers.iter().find(|worker| own(worker)), running) {
            (None, 0) => Ok(()),
            (Some(worker), _) => Err(format!("worker {} has ended and is still listed", worker.id).into()),
            (None, running) => Err(format!("{running} jobs are still leased").into()),
        }
    }
}
