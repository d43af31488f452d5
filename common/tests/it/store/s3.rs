use std::time::Duration;

use aws_credential_types::Credentials;
use bytes::Bytes;
use common::store::{Create, Encryption, FrameStore, S3Store, StoreErrorKind, StoreKey};
use common::testing;
use common::testing::s3::{Call, Conditions, Fault, S3Server};

use super::bucket;

fn key(text: &str) -> StoreKey {
    text.parse().unwrap()
}

fn is_get(call: &Call) -> bool {
    call.method == "GET"
}

fn is_put(call: &Call) -> bool {
    call.method == "PUT"
}

fn is_part_2(call: &Call) -> bool {
    call.query.contains("partNumber=2")
}

fn is_completion(call: &Call) -> bool {
    call.method == "POST" && call.query.contains("uploadId=")
}

fn count(server: &S3Server, wanted: fn(&Call) -> bool) -> usize {
    server.calls().iter().filter(|call| wanted(call)).count()
}

/// 20 MiB: three parts.
fn large() -> Bytes {
    Bytes::from(vec![7; 20 << 20])
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let (server, store) = bucket().await;
    server.inject(1, Fault::Answer(500, "InternalError"), is_put);
    server.inject(1, Fault::Answer(503, "SlowDown"), is_put);
    let before = count(&server, is_put);
    store.put(&key("a"), Bytes::from_static(b"x")).await.unwrap();
    assert_eq!(count(&server, is_put), before + 3);
    server.inject(2, Fault::Answer(503, "SlowDown"), is_get);
    assert_eq!(store.get(&key("a")).await.unwrap(), "x");
}

#[tokio::test]
async fn a_server_that_stays_busy_is_a_transient_error() {
    let (server, store) = bucket().await;
    server.inject(100, Fault::Answer(503, "SlowDown"), is_get);
    let error = store.get(&key("out/a")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.is_transient());
    for part in ["s3://frames", "out/a", "503", "SlowDown", "try again later"] {
        assert!(error.to_string().contains(part), "{part} is not in: {error}");
    }
    let attempts = server.options().attempts;
    assert_eq!(count(&server, is_get), attempts as usize);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_a_transient_error() {
    let server = S3Server::start().await;
    let mut options = server.options();
    options.attempt_timeout = Duration::from_secs(1);
    options.attempts = 2;
    let store = S3Store::open_with(options, server.credentials()).await.unwrap();
    server.inject(2, Fault::Hang, is_get);
    let error = store.get(&key("a")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.is_transient());
    assert_eq!(count(&server, is_get), 2);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_transient_error() {
    let server = S3Server::start().await;
    let mut options = server.options();
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    options.endpoint = Some(format!("http://{}", port.local_addr().unwrap()));
    drop(port);
    let error = S3Store::open_with(options, server.credentials()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn a_torn_read_is_repeated_and_then_a_transient_error() {
    let (server, store) = bucket().await;
    let content = Bytes::from(vec![5; 100_000]);
    store.put(&key("a"), content.clone()).await.unwrap();
    for fault in [Fault::CutContent, Fault::FlipBit] {
        server.inject(1, fault, is_get);
        assert_eq!(store.get(&key("a")).await.unwrap(), content);
        server.inject(4, fault, is_get);
        let error = store.get(&key("a")).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
        assert!(error.is_transient());
    }
}

#[tokio::test]
async fn wrong_credentials_are_denied() {
    let server = S3Server::start().await;
    let wrong = [("farm", "not-the-secret"), ("nobody", "the-secret-of-the-farm")];
    for (access_key, secret_key) in wrong {
        let credentials = Credentials::new(access_key, secret_key, None, None, "test");
        let error = S3Store::open_with(server.options(), credentials).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{error}");
        assert!(!error.is_transient());
        let message = error.to_string();
        assert!(message.contains("check the credentials"), "{message}");
        assert!(!message.contains(secret_key), "{message}");
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let server = S3Server::start().await;
    let mut options = server.options();
    options.bucket = "frmaes".to_owned();
    server.inject(100, Fault::Answer(404, "NoSuchBucket"), |call| call.path.starts_with("/frmaes"));
    let error = S3Store::open_with(options, server.credentials()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused, "{error}");
    assert!(error.to_string().contains("s3://frmaes") && error.to_string().contains("create the bucket"));
}

#[tokio::test]
async fn an_upload_whose_part_fails_leaves_nothing() {
    let (server, store) = bucket().await;
    server.inject(100, Fault::Answer(500, "InternalError"), is_part_2);
    let error = store.put(&key("large"), large()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(server.calls().iter().any(|call| call.method == "DELETE" && call.query.contains("uploadId=")));
    assert_eq!(server.unfinished_uploads(), 0);
    assert_eq!(store.head(&key("large")).await.unwrap(), None);
}

#[tokio::test]
async fn an_upload_that_is_cancelled_leaves_nothing() {
    let (server, store) = bucket().await;
    server.inject(1, Fault::Hang, is_part_2);
    let (name, content) = (key("large"), large());
    tokio::select! {
        _ = store.put(&name, content) => panic!("the second part hangs"),
        () = until(|| server.calls().iter().any(is_part_2)) => {}
    }
    assert_ne!(server.unfinished_uploads(), 0);
    until(|| server.unfinished_uploads() == 0).await;
    assert_eq!(store.head(&name).await.unwrap(), None);
}

/// Waits for something that comes, however long it takes; a test that waits for ever is killed.
async fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn an_upload_whose_last_answer_was_lost_is_done() {
    let (server, store) = bucket().await;
    server.inject(1, Fault::LoseAnswer, is_completion);
    store.put(&key("large"), large()).await.unwrap();
    assert!(store.get(&key("large")).await.unwrap() == large());
    assert_eq!(server.unfinished_uploads(), 0);
}

#[tokio::test]
async fn who_created_knows_it_even_if_the_answer_was_lost() {
    let (server, store) = bucket().await;
    server.inject(1, Fault::LoseAnswer, is_put);
    let content = Bytes::from_static(b"the same");
    assert_eq!(store.put_if_absent(&key("commit"), content.clone()).await.unwrap(), Create::Created);
    assert_eq!(store.put_if_absent(&key("commit"), content).await.unwrap(), Create::Existed);
}

#[tokio::test]
async fn a_conflict_with_another_writer_is_resolved() {
    let (server, store) = bucket().await;
    server.inject(2, Fault::Answer(409, "ConditionalRequestConflict"), is_put);
    assert_eq!(store.put_if_absent(&key("commit"), Bytes::new()).await.unwrap(), Create::Created);
}

#[tokio::test]
async fn a_server_that_does_not_know_conditions_is_not_atomic() {
    let server = S3Server::start_with(Conditions::Ignored).await;
    server.inject(100, Fault::Answer(501, "NotImplemented"), |call| {
        is_put(call) && call.path.contains("/.shiage/")
    });
    let store = S3Store::open_with(server.options(), server.credentials()).await.unwrap();
    assert!(!store.create_is_atomic());
}

#[tokio::test]
async fn the_probe_leaves_nothing_and_is_done_once() {
    let (server, store) = bucket().await;
    let probes =
        |server: &S3Server| server.calls().iter().filter(|call| call.path.contains("/.shiage/")).count();
    let before = probes(&server);
    assert_ne!(before, 0);
    assert!(std::fs::read_dir(server.folder().join(".shiage/probe")).unwrap().next().is_none());
    for index in 0..3 {
        let _created = store.put_if_absent(&key(&format!("a/{index}")), Bytes::new()).await.unwrap();
    }
    assert_eq!(probes(&server), before);
}

#[tokio::test]
async fn objects_of_other_programs_are_read_but_not_verified() {
    let (server, store) = bucket().await;
    std::fs::write(server.folder().join("theirs"), "from elsewhere").unwrap();
    assert_eq!(store.get(&key("theirs")).await.unwrap(), "from elsewhere");
    let info = store.head(&key("theirs")).await.unwrap().unwrap();
    assert_eq!((info.size, info.digest), (14, None));
}

#[tokio::test]
async fn names_of_other_programs_that_are_no_keys_are_passed_over() {
    let (server, store) = bucket().await;
    for index in 0..5 {
        std::fs::write(server.folder().join(format!("a\\{index}")), "").unwrap();
    }
    store.put(&key("b"), Bytes::new()).await.unwrap();
    let page = store.list(&"".parse().unwrap(), None, 2).await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!((page.entries[0].key.as_str(), page.next), ("b", None));
}

#[tokio::test]
async fn a_prefix_keeps_stores_apart() {
    let server = S3Server::start().await;
    let mut stores = Vec::new();
    for prefix in ["one", "one/two", "on"] {
        let mut options = server.options();
        options.prefix = Some(key(prefix));
        stores.push(S3Store::open_with(options, server.credentials()).await.unwrap());
    }
    stores[0].put(&key("a"), Bytes::from_static(b"1")).await.unwrap();
    assert_eq!(stores[1].head(&key("a")).await.unwrap(), None);
    assert!(stores[2].list(&"".parse().unwrap(), None, 10).await.unwrap().entries.is_empty());
    assert!(server.folder().join("one/a").exists());
}

#[tokio::test]
async fn a_link_opens_nothing_else_and_not_for_long() {
    let (server, store) = bucket().await;
    store.put(&key("a"), Bytes::from_static(b"1")).await.unwrap();
    store.put(&key("b"), Bytes::from_static(b"2")).await.unwrap();
    let link = store.read_link(&key("a"), Duration::from_secs(60)).await.unwrap();
    assert!(link.starts_with(&server.endpoint), "{link}");
    let other = link.replace("/frames/a?", "/frames/b?");
    assert_ne!(other, link);
    assert_eq!(testing::http::get(&other).await.0, 403);
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    let error = store.read_link(&key("a"), week + Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Refused, "{error}");
}

#[tokio::test]
async fn no_more_is_asked_at_a_time_than_permitted() {
    let server = S3Server::start().await;
    let mut options = server.options();
    options.concurrency = 2;
    let store = S3Store::open_with(options, server.credentials()).await.unwrap();
    server.inject(2, Fault::Hang, is_get);
    let (a, b, c) = (key("a"), key("b"), key("c"));
    let mut first = Box::pin(store.get(&a));
    let mut second = Box::pin(store.get(&b));
    tokio::select! {
        _ = &mut first => panic!("the first hangs"),
        _ = &mut second => panic!("the second hangs"),
        () = until(|| count(&server, is_get) == 2) => {}
    }
    let mut third = Box::pin(store.put(&c, Bytes::new()));
    for _ in 0..50 {
        assert!(futures::poll!(third.as_mut()).is_pending());
        tokio::task::yield_now().await;
    }
    assert!(!server.calls().iter().any(|call| call.path == "/frames/c"));
    drop(first);
    third.await.unwrap();
}

fn header(call: &Call, name: &str) -> Option<String> {
    call.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn all_that_is_written_is_encrypted_as_asked() {
    let server = S3Server::start().await;
    let mut options = server.options();
    options.encryption = Some(Encryption::Kms(Some("alias/farm".to_owned())));
    let store = S3Store::open_with(options, server.credentials()).await.unwrap();
    let before = server.calls().len();
    store.put(&key("small"), Bytes::new()).await.unwrap();
    store.put(&key("large"), large()).await.unwrap();
    store.copy(&key("small"), &key("copy")).await.unwrap();
    let _created = store.put_if_absent(&key("created"), Bytes::new()).await.unwrap();
    let calls = server.calls().split_off(before);
    let encrypted = calls.iter().filter(|call| {
        header(call, "x-amz-server-side-encryption").as_deref() == Some("aws:kms")
            && header(call, "x-amz-server-side-encryption-aws-kms-key-id").as_deref() == Some("alias/farm")
    });
    let mut encrypted: Vec<&str> = encrypted.map(|call| call.path.as_str()).collect();
    encrypted.sort_unstable();
    assert_eq!(encrypted, ["/frames/copy", "/frames/created", "/frames/large", "/frames/small"]);
}

#[tokio::test]
async fn servers_other_than_aws_are_not_sent_checksums() {
    let (server, store) = bucket().await;
    store.put(&key("small"), Bytes::from_static(b"x")).await.unwrap();
    store.put(&key("large"), large()).await.unwrap();
    for call in server.calls() {
        for name in call.headers.keys() {
            let checksum = name.as_str().contains("checksum") || name == "x-amz-trailer";
            assert!(!checksum, "{name} of {}", call.path);
        }
    }
}
