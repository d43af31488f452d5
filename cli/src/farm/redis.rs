//! The Redis of a farm on one machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use common::queue::RedisServer;
use tokio::sync::watch;

use super::folder::Folder;
use super::keep::asked;
use crate::exit::CliError;
use crate::terminal;

/// Where the port of the server is written down.
const PORT: &str = "redis/port";
/// How often it is looked whether the server runs.
const LOOK: Duration = Duration::from_millis(500);
/// How long a server of an earlier farm may take to answer, and to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the server over the data of the folder.
pub async fn start(folder: &Folder) -> Result<RedisServer, CliError> {
    let data = folder.join("redis");
    if let Some(port) =
        std::fs::read_to_string(folder.join(PORT)).ok().and_then(|text| text.trim().parse().ok())
    {
        end_earlier(port, &data.display().to_string());
    }
    let server = RedisServer::start(&data).await?;
    let path = folder.join(PORT);
    std::fs::write(&path, server.port().to_string())
        .map_err(|source| CliError::Unwritable { path, source })?;
    Ok(server)
}

/// Keeps the server running until `stop` says otherwise.
pub async fn keep(mut server: RedisServer, pid: Arc<AtomicU32>, mut stop: watch::Receiver<bool>) {
    loop {
        pid.store(server.pid(), Ordering::SeqCst);
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = asked(&mut stop) => return,
        }
        if !server.is_running() {
            terminal::note("Redis ended; it is started again");
            if let Err(error) = server.restart().await {
                terminal::note(&format!("Redis cannot be started: {error}"));
                return;
            }
        }
    }
}

/// A server outlives a farm that was killed. Two must not write to one folder.
fn end_earlier(port: u16, data: &str) {
    let ask = |command: &str| -> std::io::Result<BufReader<TcpStream>> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(command.as_bytes())?;
        Ok(BufReader::new(stream))
    };
    let is_ours =
        |answer: BufReader<TcpStream>| answer.lines().take(5).any(|line| line.is_ok_and(|line| line == data));
    if ask("CONFIG GET dir\r\n").is_ok_and(is_ours)
        && let Ok(answer) = ask("SHUTDOWN\r\n")
    {
        // The connection ends when the server has.
        answer.lines().for_each(drop);
    }
}
