//! A farm of a few lines: answers by a function, and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method and path, such as `GET /v1/queue`.
    pub line: String,
    pub body: Vec<u8>,
}

/// What is answered.
pub enum Reply {
    Json(u16, Value),
    Bytes(Vec<u8>),
    /// The connection ends without an answer.
    Nothing,
}

pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Serves until the test ends. `answer` is given how often the same was asked before.
    pub fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let (asked, answer) = (Arc::clone(&server.asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (asked, answer) = (Arc::clone(&asked), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &asked, &*answer));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bodies of everything asked whose line begins so, in its order.
    pub fn asked(&self, beginning: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|asked| asked.line.starts_with(beginning)).cloned().collect()
    }
}

/// One request and its answer; each has its own connection.
fn serve(stream: TcpStream, log: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked, usize) -> Reply) {
    let mut reader = BufReader::new(stream);
    let asked = read(&mut reader);
    let before = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.iter().filter(|other| other.line == asked.line).count() - 1
    };
    let (status, body) = match answer(&asked, before) {
        Reply::Json(status, value) => (status, value.to_string().into_bytes()),
        Reply::Bytes(bytes) => (200, bytes),
        Reply::Nothing => return,
    };
    let wait = if status == 503 { "retry-after: 0\r\n" } else { "" };
    let head =
        format!("HTTP/1.1 {status} x\r\nconnection: close\r\n{wait}content-length: {}\r\n\r\n", body.len());
    let mut stream = reader.into_inner();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
}

fn read(reader: &mut BufReader<TcpStream>) -> Asked {
    let mut next = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let line = next().trim_end_matches(" HTTP/1.1").to_owned();
    let mut length = 0;
    loop {
        let header = next().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Asked { line, body }
}
