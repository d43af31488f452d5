//! A connection to Redis that breaks when it is told to.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Stands between a queue and its server.
pub struct Proxy {
    port: u16,
    faults: Arc<Faults>,
}

/// What is still to go wrong.
#[derive(Default)]
struct Faults {
    /// Replies to cut off in the middle, with their connections.
    cuts: AtomicU32,
    /// Requests to answer with an error, without passing them on.
    loading: AtomicU32,
}

impl Proxy {
    pub async fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let faults = Arc::new(Faults::default());
        let shared = Arc::clone(&faults);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port)).await;
                if let Ok(server) = server {
                    tokio::spawn(carry(client, server, Arc::clone(&shared)));
                }
            }
        });
        Self { port, faults }
    }

    pub fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn cut_replies(&self, count: u32) {
        self.faults.cuts.store(count, Ordering::SeqCst);
    }

    pub fn say_loading(&self, count: u32) {
        self.faults.loading.store(count, Ordering::SeqCst);
    }

    /// Faults that have not happened yet.
    pub fn left(&self) -> u32 {
        self.faults.cuts.load(Ordering::SeqCst) + self.faults.loading.load(Ordering::SeqCst)
    }
}

fn take(faults: &AtomicU32) -> bool {
    faults.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

/// Carries bytes both ways until one side closes, or a fault is due.
async fn carry(mut client: TcpStream, mut server: TcpStream, faults: Arc<Faults>) {
    let (mut request, mut reply) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => {
                let Ok(1..) = read else { return };
                let request = &request[..read.unwrap()];
                // Only calls of functions: what a client says of itself at first is no request of a queue.
                if request.starts_with(b"*") && contains(request, b"FCALL") && take(&faults.loading) {
                    let _ = client.write_all(b"-LOADING Redis is loading the dataset in memory\r\n").await;
                } else if server.write_all(request).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut reply) => {
                let Ok(1..) = read else { return };
                let reply = &reply[..read.unwrap()];
                // Replies of functions are arrays.
                if reply.starts_with(b"*") && take(&faults.cuts) {
                    let _ = client.write_all(&reply[..reply.len() / 2]).await;
                    return;
                }
                if client.write_all(reply).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}
