//! Requests that are not understood.

use axum::body::Body;
use axum::http::{Method, Request};
use scheduler::api::ErrorCode;

use super::document::operations;
use super::site::{ADMIN, Site, request};

#[tokio::test]
async fn paths_that_lead_nowhere() {
    let site = Site::new().await;
    for path in [
        "/nothing",
        "/v1",
        "/v1/episode",
        "/v1/episodes/",
        "/v1/episodes/e1/nothing",
        "/v2/episodes",
        "/v1/jobs/a/b",
    ] {
        let message = site.get(path).await.refused(ErrorCode::NotFound);
        assert!(message.contains(path), "{message}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let site = Site::new().await;
    let allowed = async |method, path| {
        let answer = site.ask(method, path).await;
        answer.refused(ErrorCode::MethodNotAllowed);
        let allow = answer.headers["allow"].to_str().unwrap();
        let mut methods: Vec<String> = allow.split(',').map(str::to_owned).collect();
        methods.sort();
        methods
    };
    assert_eq!(allowed(Method::DELETE, "/v1/episodes").await, ["GET", "HEAD", "POST"]);
    assert_eq!(allowed(Method::GET, "/v1/queue/pause").await, ["POST"]);
    assert_eq!(allowed(Method::POST, "/healthz").await, ["GET", "HEAD"]);
}

#[tokio::test]
async fn names_in_paths_are_checked() {
    let site = Site::new().await;
    let message = site.get("/v1/episodes/Big").await.refused(ErrorCode::Malformed);
    assert!(message.contains("episode id \"Big\": use 1 to 32 lower-case letters"), "{message}");
    let message = site.get("/v1/jobs/e1.01").await.refused(ErrorCode::Malformed);
    assert!(message.contains("expected EPISODE.NUMBER"), "{message}");
    let message = site.ask(Method::PUT, "/v1/blobs/ABC").await.refused(ErrorCode::Malformed);
    assert!(message.contains("64 lower-case hexadecimal digits"), "{message}");
    for path in ["/v1/episodes/%ff", "/v1/episodes/e1/files/%ff%fe", "/v1/workers/%80/drain"] {
        let method = if path.ends_with("drain") { Method::POST } else { Method::GET };
        site.ask(method, path).await.refused(ErrorCode::Malformed);
    }
}

#[tokio::test]
async fn files_lead_out_of_nothing() {
    let site = Site::new().await;
    site.store.put(&"epoch.json".parse().unwrap(), "secret".into()).await.unwrap();
    site.store.put(&"episodes/e1/control.json".parse().unwrap(), "secret".into()).await.unwrap();
    for name in [
        "..%2f..%2fepoch.json",
        "../../epoch.json",
        "%2e%2e/%2e%2e/epoch.json",
        "..%5cepoch.json",
        "%00",
        "a//b",
    ] {
        let answer = site.get(&format!("/v1/episodes/e1/files/{name}")).await;
        answer.refused(ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn queries_are_checked() {
    let site = Site::new().await;
    for query in
        ["limit=0", "limit=1001", "limit=-1", "limit=x", "limit=1&limit=2", "limti=5", "limit=99999999999"]
    {
        for path in ["/v1/events", "/v1/dead", "/v1/episodes/e1/jobs"] {
            let message = site.get(&format!("{path}?{query}")).await.refused(ErrorCode::Malformed);
            assert!(message.contains("limit"), "{query}: {message}");
        }
    }
    let message = site.get("/v1/dead?limit=1001").await.refused(ErrorCode::Malformed);
    assert!(message.contains("1001: use 1 to 1000"), "{message}");
    assert_eq!(site.get("/v1/events?after=&limit=1000").await.status, 200);
    for id in ["0x", "1-2-3", "-", "1-", "%2B1", "18446744073709551615"] {
        let message = site.get(&format!("/v1/events?after={id}")).await.refused(ErrorCode::Invalid);
        assert!(message.contains("id of an event"), "{id}: {message}");
    }
}

/// Whatever is sent: it is refused as such, and the scheduler has no fault.
#[tokio::test]
async fn nothing_that_is_sent_is_a_fault_of_the_scheduler() {
    let site = Site::new().await;
    let long = "x".repeat(5_000);
    let names = ["%ff", "%00", "..", "e1", "e1.0", "e1.4294967296", "%F0%9F%8E%A8", long.as_str(), "a%2Fb"];
    let kinds =
        [None, Some("application/json"), Some("application/toml"), Some("text/plain; charset=\u{ff}")];
    let bodies: [&[u8]; 6] = [b"", b"{}", b"[[[[", b"\xff\xfe", b"{\"digests\":[1]}", b"format = 1"];
    for operation in operations() {
        for name in names {
            let path = ["{id}", "{key}", "{digest}", "{name}"]
                .iter()
                .fold(operation.path.clone(), |path, parameter| path.replace(parameter, name));
            for query in ["", "?limit=%ff&after=%00", "?token=%00"] {
                for (kind, body) in kinds.iter().zip(bodies.iter().cycle().skip(name.len() % 6)) {
                    let uri = format!("{path}{query}");
                    let sent =
                        request(operation.method.clone(), &uri, ADMIN, *kind, Body::from(body.to_vec()));
                    let answer = site.send(sent).await;
                    assert!(answer.status.as_u16() < 500, "{operation:?} {uri}: {answer:?}");
                    if !answer.status.is_success() {
                        answer.problem();
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let site = Site::new().await;
    let answer = site.ask(Method::HEAD, "/v1/queue").await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    let without = Request::builder().method(Method::HEAD).uri("/v1/queue").body(Body::empty()).unwrap();
    assert_eq!(site.send(without).await.status, 401);
}
