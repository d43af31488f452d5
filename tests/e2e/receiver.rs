//! A receiver of webhooks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};

/// What both sides know.
pub const SECRET: &str = "what-both-sides-know";

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Request {
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// Whether it was taken.
    pub taken: bool,
}

/// Takes requests, but for the first few.
pub struct Receiver {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Listens, and refuses so many requests.
    pub async fn start(refused: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { port: listener.local_addr().unwrap().port(), requests: Arc::default() };
        let requests = Arc::clone(&receiver.requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taken = requests.lock().unwrap().len() >= refused;
                if let Some(request) = receive(stream, taken).await {
                    requests.lock().unwrap().push(request);
                }
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// What was taken, as `event clip`.
    pub fn taken(&self) -> Vec<String> {
        let taken = self.requests().into_iter().filter(|request| request.taken);
        let mut taken: Vec<String> = taken
            .map(|request| {
                let body = request.json();
                format!("{} {}", body["event"].as_str().unwrap(), body["clip"].as_str().unwrap_or("-"))
            })
            .collect();
        taken.sort();
        taken
    }
}

async fn receive(stream: TcpStream, taken: bool) -> Option<Request> {
    let mut stream = BufStream::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        match line.trim().split_once(": ") {
            Some((name, value)) => {
                headers.insert(name.to_ascii_lowercase(), value.to_owned());
            }
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    let status = if taken { "204 No Content" } else { "500 Later" };
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    Some(Request { headers, body: String::from_utf8(body).ok()?, taken })
}

impl Request {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Makes sure that it is signed as docs/api.md says.
    pub fn is_signed(&self) -> bool {
        let (seconds, signature) = self.headers["shiage-signature"].split_once(",v1=").unwrap();
        let seconds = seconds.strip_prefix("t=").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{seconds}.{}", self.body).as_bytes());
        let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        signature == expected
    }
}
