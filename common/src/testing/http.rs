//! As much of an HTTP client as a test needs to read a link.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Gets an `http://host:port/…` link. Gives back the status and the content.
pub async fn get(link: &str) -> (u16, Bytes) {
    let url = url::Url::parse(link).expect("a link");
    let host = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
    let stream = TcpStream::connect(&host).await.expect("a server");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("a connection");
    let connection = tokio::spawn(connection);
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = Request::get(target).header("host", host).body(Empty::<Bytes>::new()).expect("a request");
    let answer = sender.send_request(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let content = answer.into_body().collect().await.expect("the content").to_bytes();
    connection.abort();
    (status, content)
}
