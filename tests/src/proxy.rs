//! What stands between a process and a server, and fails when it is told to.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::Result;

/// How connections fare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// They work.
    Fine,
    /// They break, and new ones are closed at once.
    Cut,
    /// They stay, and nothing arrives.
    Stalled,
    /// They break, and new ones are answered `503 Service Unavailable`, as by an overloaded S3 server.
    Busy,
}

const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A port that leads to another one.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    target: Arc<AtomicU16>,
    weather: watch::Sender<Weather>,
}

impl Proxy {
    /// A way to a port of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(target: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let (weather, _) = watch::channel(Weather::Fine);
        let target = Arc::new(AtomicU16::new(target));
        tokio::spawn(accept(listener, Arc::clone(&target), weather.clone()));
        Ok(Self { port, target, weather })
    }

    /// Where it listens.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Changes how connections fare.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Breaks all connections once.
    pub fn blink(&self) {
        self.set(Weather::Cut);
        self.set(Weather::Fine);
    }

    /// Leads new connections to another server.
    pub fn lead_to(&self, target: u16) {
        self.target.store(target, Ordering::SeqCst);
    }
}

async fn accept(listener: TcpListener, target: Arc<AtomicU16>, weather: watch::Sender<Weather>) {
    while let Ok((client, _)) = listener.accept().await {
        let (target, now, changes) = (target.load(Ordering::SeqCst), *weather.borrow(), weather.subscribe());
        match now {
            Weather::Cut => drop(client),
            Weather::Busy => {
                tokio::spawn(refuse(client));
            }
            Weather::Fine | Weather::Stalled => {
                tokio::spawn(connection(client, target, changes));
            }
        }
    }
}

async fn refuse(mut client: TcpStream) {
    // One that has gone away already does not mind.
    let _ = client.write_all(BUSY).await;
}

/// Carries bytes both ways; starts over waiting when the weather changes to a stall, and ends when it breaks.
async fn connection(mut client: TcpStream, target: u16, mut weather: watch::Receiver<Weather>) {
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else { return };
    if client.set_nodelay(true).is_err() || server.set_nodelay(true).is_err() {
        return;
    }
    loop {
        let now = *weather.borrow_and_update();
        match now {
            Weather::Cut | Weather::Busy => return,
            Weather::Stalled => {
                if weather.changed().await.is_err() {
                    return;
                }
            }
            Weather::Fine => tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
                changed = weather.changed() => {
                    // What was half carried is lost with the connection.
                    if changed.is_err() || *weather.borrow() != Weather::Stalled {
                        return;
                    }
                    hold(&mut weather).await;
                    return;
                }
            },
        }
    }
}

async fn hold(weather: &mut watch::Receiver<Weather>) {
    let _ = weather.wait_for(|&weather| weather != Weather::Stalled).await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn echo() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        port
    }

    async fn talk(stream: &mut TcpStream) -> std::io::Result<u8> {
        stream.write_all(b"x").await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn connections_fare_as_the_weather_is() {
        let proxy = Proxy::start(echo().await).await.unwrap();
        let connect = || TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()));
        let mut before = connect().await.unwrap();
        assert_eq!(talk(&mut before).await.unwrap(), b'x');
        proxy.set(Weather::Stalled);
        assert!(tokio::time::timeout(Duration::from_millis(100), talk(&mut before)).await.is_err());
        proxy.set(Weather::Busy);
        let mut busy = connect().await.unwrap();
        assert_eq!(busy.read_u8().await.unwrap(), b'H');
        proxy.set(Weather::Cut);
        assert!(talk(&mut before).await.is_err());
        proxy.set(Weather::Fine);
        assert_eq!(talk(&mut connect().await.unwrap()).await.unwrap(), b'x');
    }
}
