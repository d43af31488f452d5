//! Opening connections to each kind of address.

use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Cmd, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo,
    RedisFuture, RedisResult, TlsCertificates, TlsMode, Value,
};
use tokio::sync::Mutex;

use super::address::{Address, Kind};
use crate::queue::error::{QueueError, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A connection of any kind.
#[derive(Clone)]
pub(super) enum Connection {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a redis::Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(connection) => connection.req_packed_commands(cmd, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(cmd, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}

/// What opens connections.
pub(super) enum Client {
    One(Box<redis::Client>),
    Sentinel(Box<Mutex<SentinelClient>>),
    Cluster(Box<ClusterClient>),
}

impl Client {
    pub fn new(address: &Address) -> Result<Self> {
        let wrong = |reason: String| QueueError::Address { address: address.to_string(), reason };
        if address.tls {
            // Another part of the process may have chosen one already; either will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let ca = match &address.ca {
            None => None,
            Some(path) => Some(
                std::fs::read(path)
                    .map_err(|error| wrong(format!("certificates {}: {error}", path.display())))?,
            ),
        };
        let certificates = ca.map(|ca| TlsCertificates { client_tls: None, root_cert: Some(ca) });
        Self::build(address, certificates).map_err(|error| wrong(error.to_string()))
    }

    fn build(address: &Address, certificates: Option<TlsCertificates>) -> RedisResult<Self> {
        let mut infos = Vec::new();
        for host in &address.hosts {
            infos.push(connection_info(address, host)?);
        }
        match &address.kind {
            Kind::Single => {
                let info = infos.remove(0);
                Ok(Self::One(Box::new(match certificates {
                    Some(certificates) => redis::Client::build_with_tls(info, certificates)?,
                    None => redis::Client::open(info)?,
                })))
            }
            Kind::Cluster => {
                let mut builder =
                    ClusterClient::builder(infos).retries(2).connection_timeout(CONNECT_TIMEOUT);
                if let Some(certificates) = certificates {
                    builder = builder.certs(certificates);
                }
                Ok(Self::Cluster(Box::new(builder.build()?)))
            }
            Kind::Sentinel { master, user, password } => {
                let hosts = infos.iter().map(|info| info.addr().clone());
                let mut builder = SentinelClientBuilder::new(hosts, master, SentinelServerType::Master)?
                    .set_client_to_redis_db(address.db);
                if let Some(user) = &address.user {
                    builder = builder.set_client_to_redis_username(user);
                }
                if let Some(password) = &address.password {
                    builder = builder.set_client_to_redis_password(password);
                }
                if let Some(user) = user {
                    builder = builder.set_client_to_sentinel_username(user);
                }
                if let Some(password) = password {
                    builder = builder.set_client_to_sentinel_password(password);
                }
                if address.tls {
                    builder = builder
                        .set_client_to_redis_tls_mode(TlsMode::Secure)
                        .set_client_to_sentinel_tls_mode(TlsMode::Secure);
                }
                if let Some(certificates) = certificates {
                    builder = builder
                        .set_client_to_redis_certificates(certificates.clone())
                        .set_client_to_sentinel_certificates(certificates);
                }
                Ok(Self::Sentinel(Box::new(Mutex::new(builder.build()?))))
            }
        }
    }

    /// Opens a connection.
    pub async fn connect(&self, response_timeout: Duration) -> RedisResult<Connection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(response_timeout));
        Ok(match self {
            Self::One(client) => {
                Connection::One(client.get_multiplexed_async_connection_with_config(&config).await?)
            }
            Self::Sentinel(client) => {
                let mut client = client.lock().await;
                Connection::One(client.get_async_connection_with_config(&config).await?)
            }
            Self::Cluster(client) => {
                let config = redis::cluster::ClusterConfig::new()
                    .set_connection_timeout(CONNECT_TIMEOUT)
                    .set_response_timeout(response_timeout);
                Connection::Cluster(client.get_async_connection_with_config(config).await?)
            }
        })
    }
}

fn connection_info(address: &Address, (host, port): &(String, u16)) -> RedisResult<ConnectionInfo> {
    let target = if address.tls {
        ConnectionAddr::TcpTls { host: host.clone(), port: *port, insecure: false, tls_params: None }
    } else {
        ConnectionAddr::Tcp(host.clone(), *port)
    };
    let mut settings = RedisConnectionInfo::default().set_db(address.db);
    if let Some(user) = &address.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &address.password {
        settings = settings.set_password(password);
    }
    Ok(target.into_connection_info()?.set_redis_settings(settings))
}
