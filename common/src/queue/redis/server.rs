//! A Redis server as a child of this process: for a farm on one machine, for benchmarks and tests.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::queue::error::{QueueError, Result};

/// Attempts to find a port that nobody else takes meanwhile.
const ATTEMPTS: usize = 5;
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How a queue needs its server: nothing thrown away, every second on disk.
const SETTINGS: [(&str, &str); 7] = [
    ("bind", "127.0.0.1"),
    ("save", ""),
    ("appendonly", "yes"),
    ("appendfsync", "everysec"),
    ("auto-aof-rewrite-min-size", "512mb"),
    ("maxmemory-policy", "noeviction"),
    ("loglevel", "warning"),
];

/// A running server, which ends with this value.
#[derive(Debug)]
pub struct RedisServer {
    child: Child,
    port: u16,
    arguments: Vec<String>,
}

impl RedisServer {
    /// Starts a server that keeps its data in `dir` and listens on a free port of this machine.
    pub async fn start(dir: &Path) -> Result<Self> {
        Self::start_with(dir, &[]).await
    }

    /// Starts one with further arguments. `{port}` in them stands for its port.
    pub async fn start_with(dir: &Path, further: &[&str]) -> Result<Self> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let port = free_port().map_err(|error| unavailable("127.0.0.1", &error.to_string()))?;
            let mut arguments =
                further.iter().map(|text| text.replace("{port}", &port.to_string())).collect();
            if !further.contains(&"--sentinel") {
                arguments = with_settings(dir, port, arguments);
            }
            match Self::spawn(port, arguments).await {
                Err(_) if attempt < ATTEMPTS => {}
                other => return other,
            }
        }
    }

    async fn spawn(port: u16, arguments: Vec<String>) -> Result<Self> {
        let child = Command::new("redis-server")
            .args(&arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| unavailable("redis-server", &format!("{error} (is it installed?)")))?;
        let mut server = Self { child, port, arguments };
        server.wait_until_it_listens().await?;
        Ok(server)
    }

    async fn wait_until_it_listens(&mut self) -> Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let began = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(unavailable("redis-server", &format!("ended at once with {status}")));
            }
            if began.elapsed() > START_TIMEOUT {
                return Err(unavailable("redis-server", "does not listen"));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its address for a queue.
    #[must_use]
    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends it at once, as when its machine fails.
    pub fn kill(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again, with the same port and data.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill();
        *self = Self::spawn(self.port, std::mem::take(&mut self.arguments)).await?;
        Ok(())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn with_settings(dir: &Path, port: u16, further: Vec<String>) -> Vec<String> {
    let mut arguments = vec!["--dir".to_owned(), dir.display().to_string()];
    if !further.iter().any(|argument| argument == "--port") {
        arguments.extend(["--port".to_owned(), port.to_string()]);
    }
    for (name, value) in SETTINGS {
        arguments.extend([format!("--{name}"), value.to_owned()]);
    }
    arguments.extend(further);
    arguments
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn unavailable(address: &str, reason: &str) -> QueueError {
    QueueError::Unavailable { address: address.to_owned(), reason: reason.to_owned() }
}
