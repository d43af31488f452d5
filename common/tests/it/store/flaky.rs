use bytes::Bytes;
use common::Digest;
use common::store::{Create, Faults, FlakyStore, FrameStore, FsStore, Result, StoreErrorKind, StoreKey};

use super::folder;

async fn flaky(faults: Faults) -> (tempfile::TempDir, FsStore, FlakyStore<FsStore>) {
    let (folder, inner) = folder().await;
    (folder, inner.clone(), FlakyStore::new(inner, faults))
}

/// What a caller does that wants it done: the same call until it is no transient error.
async fn insist<T>(mut call: impl AsyncFnMut() -> Result<T>) -> T {
    loop {
        match call().await {
            Ok(done) => return done,
            Err(error) => assert!(error.is_transient(), "{error}"),
        }
    }
}

#[tokio::test]
async fn who_insists_gets_it_done() {
    let faults = Faults { seed: 3, errors: 0.5, torn: 0.3, ..Faults::default() };
    let (_folder, inner, store) = flaky(faults).await;
    for index in 0..30 {
        let key: StoreKey = format!("a/{index}").parse().unwrap();
        let content = Bytes::from(format!("content {index}"));
        let digest = insist(async || store.put(&key, content.clone()).await).await;
        assert_eq!(digest, Digest::of(&content));
        assert_eq!(insist(async || store.get(&key).await).await, content);
        assert_eq!(inner.get(&key).await.unwrap(), content);
        insist(async || store.delete(&key).await).await;
        assert_eq!(inner.head(&key).await.unwrap(), None);
    }
    assert!(store.injected() > 30);
}

#[tokio::test]
async fn a_fault_is_before_or_after_the_work() {
    let (_folder, inner, store) = flaky(Faults { errors: 1.0, ..Faults::default() }).await;
    let mut done = 0;
    for index in 0..40 {
        let key: StoreKey = format!("a/{index}").parse().unwrap();
        let error = store.put_if_absent(&key, Bytes::new()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        // Who tries again finds what the first attempt left.
        let there = inner.head(&key).await.unwrap().is_some();
        let again = inner.put_if_absent(&key, Bytes::new()).await.unwrap();
        assert_eq!(again, if there { Create::Existed } else { Create::Created });
        done += usize::from(there);
    }
    assert!((10..30).contains(&done), "{done} of 40 were done");
}

#[tokio::test]
async fn a_torn_read_is_a_transient_error() {
    let (_folder, _inner, store) = flaky(Faults { torn: 1.0, ..Faults::default() }).await;
    let key: StoreKey = "a".parse().unwrap();
    store.put(&key, Bytes::from_static(b"content")).await.unwrap();
    let error = store.get(&key).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert!(error.is_transient());
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_as_long_as_asked_for() {
    let delay = std::time::Duration::from_secs(40);
    let (_folder, _inner, store) = flaky(Faults { delays: 1.0, delay, ..Faults::default() }).await;
    let begun = tokio::time::Instant::now();
    store.head(&"a".parse().unwrap()).await.unwrap();
    assert!(begun.elapsed() >= delay);
}
