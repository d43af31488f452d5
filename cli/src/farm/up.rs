//! `shiage farm up`.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::folder::{BUCKET, Folder, Keys};
use super::keep::{Member, keep};
use super::{ready, redis};
use crate::args::UpArgs;
use crate::exit::{CliError, Exit};
use crate::signals::Signals;
use crate::terminal;

/// What is tried first for the scheduler.
const USUAL_PORT: u16 = 8080;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Ready<'a> {
    url: &'a str,
    token: &'a str,
    redis: &'a str,
    s3: &'a str,
    pids: Pids,
    metrics: Metrics,
}

/// Where Prometheus reads how they are; the scheduler wants the token.
#[derive(Debug, Serialize)]
struct Metrics {
    scheduler: String,
    workers: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Pids {
    scheduler: u32,
    workers: Vec<u32>,
    redis: Option<u32>,
    s3: Option<u32>,
}

/// Processes that are kept, the first to stop last.
#[derive(Default)]
struct Kept(Vec<(watch::Sender<bool>, JoinHandle<()>)>);

impl Kept {
    fn add<F>(&mut self, keep: impl FnOnce(watch::Receiver<bool>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        self.0.push((stop, tokio::spawn(keep(stopped))));
    }

    fn member(
        &mut self,
        name: &str,
        command: impl Fn() -> std::io::Result<Command> + Send + Sync + 'static,
    ) -> Arc<AtomicU32> {
        let pid = Arc::new(AtomicU32::new(0));
        let member = Member { name: name.to_owned(), command: Box::new(command), pid: Arc::clone(&pid) };
        self.add(|stop| keep(member, stop));
        pid
    }

    /// Stops the last `count` at the same time.
    async fn stop(&mut self, count: usize) {
        let stopping = self.0.split_off(self.0.len().saturating_sub(count));
        for (stop, _) in &stopping {
            let _ = stop.send(true);
        }
        for (_, kept) in stopping {
            let _ = kept.await;
        }
    }
}

/// What all processes of a farm are told.
#[derive(Clone)]
struct Site {
    folder: Arc<Folder>,
    keys: Keys,
    redis: String,
    store: String,
    lease: u32,
}

/// Runs `shiage farm up` until it is asked to end.
pub async fn run(args: &UpArgs) -> Result<Exit, CliError> {
    let mut signals = Signals::new(false)?;
    let mut kept = Kept::default();
    let (started, asked) = tokio::select! {
        started = start(args, &mut kept) => (started, false),
        () = signals.first() => (Ok(()), true),
    };
    if started.is_ok() && !asked {
        signals.first().await;
        terminal::note("stopping: workers finish the drawing in hand; once more ends at once");
    }
    let stopping = async {
        kept.stop(args.workers as usize).await;
        while !kept.0.is_empty() {
            kept.stop(1).await;
        }
    };
    tokio::select! {
        () = stopping => {}
        () = signals.again() => {}
    }
    started.map(|()| Exit::Done)
}

async fn start(args: &UpArgs, kept: &mut Kept) -> Result<(), CliError> {
    let folder = Arc::new(Folder::open(&args.dir)?);
    let keys = folder.keys()?;
    let (redis, redis_pid) = match &args.redis {
        Some(address) => (address.clone(), None),
        None => {
            let server = redis::start(&folder).await?;
            let (address, pid) = (server.address(), Arc::new(AtomicU32::new(server.pid())));
            let told = Arc::clone(&pid);
            kept.add(|stop| redis::keep(server, told, stop));
            (address, Some(pid))
        }
    };
    let (store, s3_pid) = match &args.store {
        Some(address) => (address.clone(), None),
        None => {
            let (address, pid) = start_s3(&folder, &keys, kept).await?;
            (format!("s3://{BUCKET}?endpoint=http://{address}"), Some(pid))
        }
    };
    let site = Site { folder, keys, redis, store, lease: args.policy.lease };
    let address = listen(args)?;
    let scheduler = kept.member("scheduler", scheduler(site.clone(), address, args.target_seconds));
    ready::listens("the scheduler", address).await?;
    let monitors: Vec<SocketAddr> = (0..args.workers).map(|_| free_address(0)).collect::<Result<_, _>>()?;
    let mut member = |(index, monitor): (u32, &SocketAddr)| {
        kept.member(&format!("worker {index}"), worker(site.clone(), index, *monitor, args.clone()))
    };
    let workers: Vec<_> = (0..).zip(&monitors).map(&mut member).collect();
    let pids = || workers.iter().map(|pid| pid.load(Ordering::SeqCst)).collect::<Vec<_>>();
    ready::workers(&site.redis, pids).await?;
    let url = format!("http://{address}");
    site.folder.write_private("env", environment(&site, &url).as_bytes())?;
    let number = |pid: Option<Arc<AtomicU32>>| pid.map(|pid| pid.load(Ordering::SeqCst));
    let pids = Pids {
        scheduler: scheduler.load(Ordering::SeqCst),
        workers: pids(),
        redis: number(redis_pid),
        s3: number(s3_pid),
    };
    let metrics_of = |address: &SocketAddr| format!("http://{address}/metrics");
    let metrics =
        Metrics { scheduler: metrics_of(&address), workers: monitors.iter().map(metrics_of).collect() };
    let (token, redis, s3) = (&site.keys.token, &site.redis, &site.store);
    tell(args, &site, &Ready { url: &url, token, redis, s3, pids, metrics });
    Ok(())
}

fn tell(args: &UpArgs, site: &Site, ready: &Ready<'_>) {
    if args.json {
        match serde_json::to_string(ready) {
            Ok(line) => terminal::result(&line),
            Err(error) => terminal::error(&error),
        }
        return;
    }
    let folder = site.folder.join("");
    terminal::result(&format!("the farm is up: {}, {} workers; Ctrl-C stops it", ready.url, args.workers));
    terminal::result(&format!("  . {}env", folder.display()));
    terminal::result("  shiage submit examples/query_waving --watch");
}

/// What a shell needs to talk to the farm, or to start more of its processes.
fn environment(site: &Site, url: &str) -> String {
    let Site { keys, redis, store, .. } = site;
    format!(
        "export SHIAGE_URL='{url}'\nexport SHIAGE_TOKEN='{}'\nexport SHIAGE_REDIS='{redis}'\nexport SHIAGE_STORE='{store}'\n\
         export AWS_ACCESS_KEY_ID='{}'\nexport AWS_SECRET_ACCESS_KEY='{}'\n",
        keys.token, keys.access_key, keys.secret_key
    )
}

async fn start_s3(
    folder: &Arc<Folder>,
    keys: &Keys,
    kept: &mut Kept,
) -> Result<(SocketAddr, Arc<AtomicU32>), CliError> {
    let address = free_address(0)?;
    let (place, keys) = (Arc::clone(folder), keys.clone());
    let pid = kept.member("the S3 server", move || {
        let mut command = shiage(&place, "s3", &keys)?;
        command.args(["farm", "s3", "--with-parent", "--listen", &address.to_string(), "--root"]);
        command.arg(place.join("s3"));
        Ok(command)
    });
    ready::listens("the S3 server", address).await?;
    Ok((address, pid))
}

fn scheduler(site: Site, address: SocketAddr, target_seconds: u32) -> impl Fn() -> std::io::Result<Command> {
    move || {
        let mut command = site.process("scheduler")?;
        command.args(["scheduler", "--with-parent", "--listen", &address.to_string()]);
        command.args(["--target-seconds", &target_seconds.to_string()]);
        command.env("SHIAGE_TOKENS", format!("admin:{}", site.keys.token));
        Ok(command)
    }
}

fn worker(
    site: Site,
    index: u32,
    monitor: SocketAddr,
    args: UpArgs,
) -> impl Fn() -> std::io::Result<Command> {
    move || {
        let mut command = site.process(&format!("worker-{index}"))?;
        command.args(["worker", "--with-parent", "--concurrency", &args.concurrency.to_string()]);
        command.args(["--metrics-addr", &monitor.to_string()]);
        command.arg("--work-dir").arg(site.folder.join(&format!("work/{index}")));
        command.args(args.model.iter().flat_map(|model| ["--model", model]));
        Ok(command)
    }
}

impl Site {
    fn process(&self, log: &str) -> std::io::Result<Command> {
        let mut command = shiage(&self.folder, log, &self.keys)?;
        command.env("SHIAGE_REDIS", &self.redis).env("SHIAGE_STORE", &self.store);
        command.env("SHIAGE_LEASE", self.lease.to_string());
        Ok(command)
    }
}

/// This program once more.
fn shiage(folder: &Folder, log: &str, keys: &Keys) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.stdout(folder.log(log)?).stderr(folder.log(log)?);
    // A store that was given may need the credentials of the environment instead.
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() {
        command.env("AWS_ACCESS_KEY_ID", &keys.access_key).env("AWS_SECRET_ACCESS_KEY", &keys.secret_key);
    }
    Ok(command)
}

fn listen(args: &UpArgs) -> Result<SocketAddr, CliError> {
    match args.listen {
        Some(address) if address.port() != 0 => Ok(address),
        Some(_) => free_address(0),
        None => free_address(USUAL_PORT).or_else(|_| free_address(0)),
    }
}

/// An address of this machine that is free now, with this port if it is not 0.
fn free_address(port: u16) -> Result<SocketAddr, CliError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let free = TcpListener::bind(address).and_then(|listener| listener.local_addr());
    free.map_err(|source| CliError::Listen { address, source })
}
