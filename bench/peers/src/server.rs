//! The server that a queue is measured on.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use common::queue::RedisServer;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tempfile::TempDir;

/// An empty server.
pub struct Server {
    address: String,
    /// A server of our own and its data, which both end with this value.
    own: Option<(RedisServer, TempDir)>,
}

impl Server {
    /// A server of our own, or the one at this address if its database is empty.
    pub async fn empty(address: Option<&str>) -> Result<Self> {
        if let Some(address) = address {
            let mut connection = connect(address).await?;
            let keys: u64 = redis::cmd("DBSIZE").query_async(&mut connection).await?;
            ensure!(keys == 0, "the database at {address} holds {keys} keys; measure on an empty one");
            return Ok(Self { address: address.to_owned(), own: None });
        }
        let dir = tempfile::tempdir().context("cannot make a folder for the data of Redis")?;
        let server = RedisServer::start(dir.path()).await.context("cannot start Redis")?;
        Ok(Self { address: server.address(), own: Some((server, dir)) })
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The version of Redis.
    pub async fn version(&self) -> Result<String> {
        let info: String =
            redis::cmd("INFO").arg("server").query_async(&mut connect(&self.address).await?).await?;
        let version = info.lines().find_map(|line| line.strip_prefix("redis_version:"));
        Ok(version.unwrap_or("unknown").to_owned())
    }

    /// Ends our own server, or empties another's database as it was before.
    pub async fn leave(self) -> Result<()> {
        if self.own.is_none() {
            let mut connection = connect(&self.address).await?;
            redis::cmd("FLUSHDB")
                .query_async::<()>(&mut connection)
                .await
                .with_context(|| format!("cannot empty the database at {}", self.address))?;
        }
        Ok(())
    }
}

/// How long a reply may take. By default it is half a second, which a busy machine can exceed, and a worker of Apalis
/// that misses one reply ends.
const REPLY: Duration = Duration::from_secs(30);

/// A connection to the server at this address.
pub async fn connect(address: &str) -> Result<ConnectionManager> {
    let client = redis::Client::open(address).with_context(|| format!("{address} is no address of Redis"))?;
    let config = ConnectionManagerConfig::new().set_response_timeout(Some(REPLY));
    client
        .get_connection_manager_with_config(config)
        .await
        .with_context(|| format!("cannot reach Redis at {address}"))
}
