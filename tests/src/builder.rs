//! How a farm is started.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::queue::RedisServer;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::Result;
use crate::farm::{BUCKET, Farm, Site, TOKEN};
use crate::process::Process;
use crate::proxy::Proxy;

/// How long a process may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a farm shall be like.
#[derive(Clone, Debug)]
pub struct Builder {
    shiage: PathBuf,
    workers: u32,
    schedulers: u32,
    lease: u32,
    models: Vec<String>,
    target_seconds: u32,
    webhook: Option<[String; 2]>,
    log: String,
}

impl Builder {
    /// A farm whose processes are this program: two workers of the `shape` engine, one scheduler, short leases.
    #[must_use]
    pub fn new(shiage: &Path) -> Self {
        Self {
            shiage: shiage.to_path_buf(),
            workers: 2,
            schedulers: 1,
            lease: 2,
            models: vec!["shape".to_owned()],
            target_seconds: 2,
            webhook: None,
            log: "info".to_owned(),
        }
    }

    /// So many workers.
    #[must_use]
    pub const fn workers(mut self, workers: u32) -> Self {
        self.workers = workers;
        self
    }

    /// So many schedulers.
    #[must_use]
    pub const fn schedulers(mut self, schedulers: u32) -> Self {
        self.schedulers = schedulers;
        self
    }

    /// Leases of so many seconds.
    #[must_use]
    pub const fn lease(mut self, seconds: u32) -> Self {
        self.lease = seconds;
        self
    }

    /// Workers with these models.
    #[must_use]
    pub fn models(mut self, models: &[&str]) -> Self {
        self.models = models.iter().map(|&model| model.to_owned()).collect();
        self
    }

    /// Jobs of about so many seconds.
    #[must_use]
    pub const fn target_seconds(mut self, seconds: u32) -> Self {
        self.target_seconds = seconds;
        self
    }

    /// Schedulers that tell this address, signed with this secret.
    #[must_use]
    pub fn webhook(mut self, url: &str, secret: &str) -> Self {
        self.webhook = Some([url, secret].map(str::to_owned));
        self
    }

    /// Schedulers and workers that log this, such as `info,worker=debug`.
    #[must_use]
    pub fn log(mut self, filter: &str) -> Self {
        filter.clone_into(&mut self.log);
        self
    }

    /// Starts the farm, and comes back when it takes submissions.
    ///
    /// # Errors
    /// When a process does not start.
    pub async fn start(self) -> Result<Farm> {
        let dir = TempDir::new()?;
        for part in ["redis", "logs", &format!("s3/{BUCKET}")] {
            std::fs::create_dir_all(dir.path().join(part))?;
        }
        let redis = RedisServer::start(&dir.path().join("redis")).await?;
        let s3_port = free_port()?;
        let s3 = start_s3(&self.shiage, dir.path(), s3_port)?;
        listens(s3_port).await?;
        let store_proxy = Proxy::start(s3_port).await?;
        let site = Site {
            shiage: self.shiage,
            dir,
            lease: self.lease,
            models: self.models,
            target_seconds: self.target_seconds,
            webhook: self.webhook,
            log: self.log,
            store: format!(
                "s3://{BUCKET}?endpoint=http://127.0.0.1:{}&attempt_timeout=2s",
                store_proxy.port()
            ),
            direct_store: format!("s3://{BUCKET}?endpoint=http://127.0.0.1:{s3_port}"),
        };
        let mut farm = Farm::new(site, redis, s3, store_proxy);
        for _ in 0..self.schedulers {
            farm.add_scheduler(free_port()?).await?;
        }
        for _ in 0..self.workers {
            farm.add_worker().await?;
        }
        Ok(farm)
    }
}

fn start_s3(shiage: &Path, dir: &Path, port: u16) -> Result<Process> {
    let mut command = Command::new(shiage);
    command.args(["farm", "s3", "--listen", &format!("127.0.0.1:{port}"), "--root"]).arg(dir.join("s3"));
    command.env("AWS_ACCESS_KEY_ID", TOKEN).env("AWS_SECRET_ACCESS_KEY", TOKEN);
    Process::start(command, &dir.join("logs/s3.log"))
}

/// A port that nobody has at the moment.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Waits until somebody listens there.
pub(crate) async fn listens(port: u16) -> Result<()> {
    let began = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
        if began.elapsed() > PATIENCE {
            return Err(format!("nobody listens on port {port}").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
