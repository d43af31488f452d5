//! Connections: how they begin, wait and end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::site::{SUBMIT, Site, auth};

async fn start(site: &Site) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let service = Arc::clone(&site.service);
    let served = tokio::spawn(scheduler::http::serve(listener, service, auth(), async {
        let _ = stopped.await;
    }));
    (address, stop, served)
}

/// Everything that comes until the connection ends.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_request_under_way_is_finished() {
    let site = Site::new().await;
    let (address, stop, served) = start(&site).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let digest = common::Digest::of(b"xy");
    let head = format!(
        "PUT /v1/blobs/{digest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SUBMIT}\r\nContent-Length: 2\r\n\r\nx"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address).await.is_err(), "nothing new is taken");
    stream.write_all(b"y").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 204"));
    timeout(Duration::from_secs(5), served).await.unwrap().unwrap();
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_end() {
    let site = Site::new().await;
    let (address, stop, served) = start(&site).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    stop.send(()).unwrap();
    timeout(Duration::from_secs(2), served).await.unwrap().unwrap();
}

#[tokio::test]
async fn pages_that_are_watched_do_not_hold_up_the_end() {
    let site = Site::new().await;
    let (address, stop, served) = start(&site).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let form = format!("token={SUBMIT}");
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    let (_, cookie) = answer.split_once("set-cookie: ").unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET /live HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut seen = String::new();
    while !seen.contains("data: {") {
        let mut piece = [0; 4096];
        let read = timeout(Duration::from_secs(5), stream.read(&mut piece)).await.unwrap().unwrap();
        assert!(read > 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    assert!(seen.contains("text/event-stream"), "{seen}");
    stop.send(()).unwrap();
    timeout(Duration::from_secs(2), served).await.unwrap().unwrap();
    timeout(Duration::from_secs(2), rest(&mut stream)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_is_broken_off() {
    let site = Site::new().await;
    let (address, stop, served) = start(&site).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PUT /v1/blobs/{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SUBMIT}\r\nContent-Length: 2\r\n\r\nx",
        common::Digest::of(b"xy")
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.send(()).unwrap();
    let start = Instant::now();
    served.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_in_is_not_waited_for() {
    let site = Site::new().await;
    let (address, _stop, _served) = start(&site).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost:").await.unwrap();
    let start = Instant::now();
    rest(&mut stream).await;
    assert!((29..=31).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn noise_ends_its_connection_only() {
    let site = Site::new().await;
    let (address, _stop, _served) = start(&site).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"\x16\x03\x01\x00\xff not http\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 400"));
    let mut other = TcpStream::connect(address).await.unwrap();
    other.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut other).await.ends_with("ok\n"));
}
