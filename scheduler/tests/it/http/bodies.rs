//! Bodies: their kinds, lengths and pace.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use bytes::Bytes;
use common::Digest;
use futures::{StreamExt as _, stream};
use scheduler::api::ErrorCode;
use scheduler::http::{MAX_BLOB, MAX_JSON};

use super::site::{SUBMIT, Site, request};

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn upload(body: Body) -> Request<Body> {
    request(Method::PUT, &format!("/v1/blobs/{DIGEST}"), SUBMIT, None, body)
}

/// So many bytes in pieces of a megabyte, without a length said before.
fn pieces(bytes: usize) -> Body {
    let piece = Bytes::from(vec![0; 1 << 20]);
    let pieces = (0..bytes.div_ceil(piece.len())).map(move |_| Ok::<_, std::io::Error>(piece.clone()));
    Body::from_stream(stream::iter(pieces))
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_it_is_read() {
    let site = Site::new().await;
    let mut sent = upload(Body::from_stream(stream::pending::<std::io::Result<Bytes>>()));
    sent.headers_mut().insert("content-length", (MAX_BLOB + 1).into());
    let message = site.send(sent).await.refused(ErrorCode::TooLarge);
    assert!(message.contains("268435456"), "{message}");
}

#[tokio::test]
async fn what_grows_too_long_is_refused() {
    let site = Site::new().await;
    site.send(upload(pieces(MAX_BLOB + 1))).await.refused(ErrorCode::TooLarge);
    let sent =
        request(Method::POST, "/v1/blobs/missing", SUBMIT, Some("application/json"), pieces(MAX_JSON + 1));
    site.send(sent).await.refused(ErrorCode::TooLarge);
}

#[tokio::test]
async fn a_manifest_has_a_limit_of_its_own() {
    let site = Site::new().await;
    let most = common::farm::manifest::MAX_MANIFEST;
    let sent = request(Method::POST, "/v1/episodes", SUBMIT, Some("application/json"), pieces(most + 1));
    site.send(sent).await.refused(ErrorCode::TooLarge);
}

#[tokio::test(start_paused = true)]
async fn a_trickle_is_broken_off() {
    let site = Site::new().await;
    let trickle = stream::repeat(Bytes::from_static(b"x")).then(|byte| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, std::io::Error>(byte)
    });
    let start = tokio::time::Instant::now();
    site.send(upload(Body::from_stream(trickle))).await.refused(ErrorCode::TooSlow);
    assert_eq!(start.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_slow_line_is_waited_for() {
    let site = Site::new().await;
    // Two megabytes a second for eighty seconds.
    let content = vec![0; 160 << 20];
    let pieces: Vec<_> = content.chunks(2 << 20).map(Bytes::copy_from_slice).collect();
    let slow = stream::iter(pieces).then(|piece| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok::<_, std::io::Error>(piece)
    });
    let path = format!("/v1/blobs/{}", Digest::of(&content));
    let answer = site.send(request(Method::PUT, &path, SUBMIT, None, Body::from_stream(slow))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told() {
    let site = Site::new().await;
    let broken = stream::iter([Ok(Bytes::from_static(b"x")), Err(std::io::Error::other("cable pulled"))]);
    let message = site.send(upload(Body::from_stream(broken))).await.refused(ErrorCode::Malformed);
    assert!(message.contains("broke off"), "{message}");
}

#[tokio::test]
async fn kinds_of_bodies_are_told_apart() {
    let site = Site::new().await;
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        for path in ["/v1/episodes", "/v1/blobs/missing", "/v1/episodes/e1/correct"] {
            let sent = request(Method::POST, path, SUBMIT, kind, Body::from("{}"));
            let message = site.send(sent).await.refused(ErrorCode::UnsupportedType);
            assert!(message.contains("application/json"), "{message}");
        }
    }
    let sent = request(
        Method::POST,
        "/v1/blobs/missing",
        SUBMIT,
        Some("Application/JSON; charset=utf-8"),
        "{\"digests\":[]}".into(),
    );
    assert_eq!(site.send(sent).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_in_a_body_is_told_with_its_place() {
    let site = Site::new().await;
    let cases = [
        ("/v1/blobs/missing", r#"{"digests":["x"]}"#, "expected the 64 lower-case"),
        ("/v1/blobs/missing", r#"{"digests":[],"more":1}"#, "unknown field `more`"),
        ("/v1/blobs/missing", r#"{"digests":["#, "line 1 column 12"),
        ("/v1/episodes", r#"{"format":2}"#, "manifest: "),
        ("/v1/episodes/e1/correct", r#"{"key":"a"}"#, "missing field `painted`"),
    ];
    for (path, body, said) in cases {
        let message = site.json(Method::POST, path, body).await.refused(ErrorCode::Malformed);
        assert!(message.contains(said), "{message}");
    }
    let message = site.json(Method::PUT, "/v1/episodes/e1/priority", r#"{"priority":"hgih"}"#).await;
    assert!(message.refused(ErrorCode::Malformed).contains("unknown variant `hgih`"));
    let toml = request(Method::POST, "/v1/episodes", SUBMIT, Some("application/toml"), "format = ".into());
    assert!(site.send(toml).await.refused(ErrorCode::Malformed).contains("TOML parse error"));
    let noise =
        request(Method::POST, "/v1/episodes", SUBMIT, Some("application/toml"), b"\xff".as_slice().into());
    assert!(site.send(noise).await.refused(ErrorCode::Malformed).contains("not UTF-8"));
}

#[tokio::test]
async fn digests_are_asked_for_in_portions() {
    let site = Site::new().await;
    let body = |count| serde_json::json!({ "digests": vec![DIGEST; count] }).to_string();
    let message =
        site.json(Method::POST, "/v1/blobs/missing", body(10_001)).await.refused(ErrorCode::Invalid);
    assert!(message.contains("10001; ask for at most 10000"), "{message}");
    assert_eq!(site.json(Method::POST, "/v1/blobs/missing", body(10_000)).await.status, 200);
}

#[tokio::test]
async fn a_file_must_be_what_its_digest_says() {
    let site = Site::new().await;
    site.send(upload(Body::from("something else"))).await.refused(ErrorCode::Invalid);
    assert_eq!(site.send(upload(Body::empty())).await.status, 204);
}
