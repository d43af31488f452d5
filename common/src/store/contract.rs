//! What every store must do: one suite, run on each of them by [`store_contract!`](crate::store_contract).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a test reports by panicking"
)]

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::future::join_all;
use futures::poll;

use super::{Create, FrameStore, StoreErrorKind, StoreKey, StorePrefix};
use crate::{Digest, testing};

/// Makes a module with one test a case.
///
/// `$open` is an async function that gives back what must live as long as the store, and the store.
#[macro_export]
macro_rules! store_contract {
    ($backend:ident, $open:path) => {
        mod $backend {
            $crate::store_contract!(
                @cases $open: what_was_written_is_read, an_empty_object_is_an_object, writing_again_replaces,
                one_of_many_creates, what_exists_is_not_created, head_tells_what_is_there, what_is_missing_is_missing,
                a_copy_is_whole, lists_are_ordered_and_paged, a_prefix_is_a_beginning, deleting_twice_is_no_error,
                a_large_object_is_whole, any_character_may_be_in_a_key, a_link_can_be_read,
                a_cancelled_write_is_whole_or_absent
            );
        }
    };
    (@cases $open:path: $($case:ident),*) => {
        $(
            #[tokio::test]
            async fn $case() {
                let (_kept, store) = $open().await;
                $crate::store::contract::$case(&store).await;
            }
        )*
    };
}

fn key(text: &str) -> StoreKey {
    text.parse().unwrap()
}

fn prefix(text: &str) -> StorePrefix {
    text.parse().unwrap()
}

/// Content that is another for each seed, and in which no two places look alike.
fn content(seed: u64, length: usize) -> Bytes {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let bytes = (0..length).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    bytes.collect()
}

async fn keys(store: &dyn FrameStore, beginning: &str, limit: usize) -> Vec<String> {
    let (mut keys, mut after) = (Vec::new(), None);
    loop {
        let page = store.list(&prefix(beginning), after.as_ref(), limit).await.unwrap();
        assert!(page.entries.len() <= limit, "{} entries of {limit}", page.entries.len());
        keys.extend(page.entries.into_iter().map(|entry| entry.key.to_string()));
        match page.next {
            None => return keys,
            next => after = next,
        }
    }
}

pub async fn what_was_written_is_read(store: &dyn FrameStore) {
    let written = content(1, 100_000);
    let digest = store.put(&key("out/e1/A0001.tga"), written.clone()).await.unwrap();
    assert_eq!(digest, Digest::of(&written));
    assert_eq!(store.get(&key("out/e1/A0001.tga")).await.unwrap(), written);
}

pub async fn an_empty_object_is_an_object(store: &dyn FrameStore) {
    store.put(&key("empty"), Bytes::new()).await.unwrap();
    assert_eq!(store.get(&key("empty")).await.unwrap(), Bytes::new());
    assert_eq!(store.head(&key("empty")).await.unwrap().unwrap().size, 0);
    assert_eq!(store.put_if_absent(&key("empty"), content(1, 5)).await.unwrap(), Create::Existed);
}

pub async fn writing_again_replaces(store: &dyn FrameStore) {
    for (seed, length) in [(1, 5000), (2, 3), (3, 10_000)] {
        store.put(&key("a/b"), content(seed, length)).await.unwrap();
        assert_eq!(store.get(&key("a/b")).await.unwrap(), content(seed, length));
    }
    assert_eq!(keys(store, "", 10).await, ["a/b"]);
}

pub async fn one_of_many_creates(store: &dyn FrameStore) {
    for round in 0..4 {
        let commit = key(&format!("jobs/{round}/commit.json"));
        let writers = (0..16).map(|writer| store.put_if_absent(&commit, content(writer, 300)));
        let results: Vec<Create> = join_all(writers).await.into_iter().map(Result::unwrap).collect();
        let winners = (0..16).filter(|writer| results[*writer] == Create::Created);
        let winners: Vec<Bytes> = winners.map(|writer| content(writer as u64, 300)).collect();
        assert!(winners.contains(&store.get(&commit).await.unwrap()));
        if store.create_is_atomic() {
            assert_eq!(winners.len(), 1);
        }
    }
}

pub async fn what_exists_is_not_created(store: &dyn FrameStore) {
    assert_eq!(store.put_if_absent(&key("x/commit"), content(1, 50)).await.unwrap(), Create::Created);
    assert_eq!(store.put_if_absent(&key("x/commit"), content(2, 50)).await.unwrap(), Create::Existed);
    assert_eq!(store.get(&key("x/commit")).await.unwrap(), content(1, 50));
    store.delete(&key("x/commit")).await.unwrap();
    assert_eq!(store.put_if_absent(&key("x/commit"), content(3, 50)).await.unwrap(), Create::Created);
    assert_eq!(store.get(&key("x/commit")).await.unwrap(), content(3, 50));
}

pub async fn head_tells_what_is_there(store: &dyn FrameStore) {
    let written = content(4, 777);
    store.put(&key("a/b"), written.clone()).await.unwrap();
    let info = store.head(&key("a/b")).await.unwrap().unwrap();
    assert_eq!(info.size, 777);
    assert_eq!(info.digest, Some(Digest::of(&written)));
    let age = SystemTime::now().duration_since(info.modified).unwrap_or_default();
    assert!(age < Duration::from_secs(3600), "{age:?}");
    let created = store.put_if_absent(&key("a/c"), written.clone()).await.unwrap();
    assert_eq!(created, Create::Created);
    assert_eq!(store.head(&key("a/c")).await.unwrap().unwrap().digest, Some(Digest::of(&written)));
}

pub async fn what_is_missing_is_missing(store: &dyn FrameStore) {
    store.put(&key("a/b"), content(1, 10)).await.unwrap();
    for missing in ["nothing", "a/c"].map(key) {
        let error = store.get(&missing).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NotFound, "{error}");
        assert!(!error.is_transient());
        assert!(error.to_string().contains(missing.as_str()), "{error}");
    }
    assert_eq!(store.head(&key("nothing")).await.unwrap(), None);
    let error = store.copy(&key("nothing"), &key("a/d")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NotFound, "{error}");
    assert_eq!(keys(store, "", 10).await, ["a/b"]);
}

pub async fn a_copy_is_whole(store: &dyn FrameStore) {
    let written = content(5, 40_000);
    store.put(&key("from/a b"), written.clone()).await.unwrap();
    store.put(&key("to/c"), content(6, 3)).await.unwrap();
    store.copy(&key("from/a b"), &key("to/c")).await.unwrap();
    assert_eq!(store.get(&key("to/c")).await.unwrap(), written);
    assert_eq!(store.head(&key("to/c")).await.unwrap().unwrap().digest, Some(Digest::of(&written)));
    store.delete(&key("from/a b")).await.unwrap();
    assert_eq!(store.get(&key("to/c")).await.unwrap(), written);
}

pub async fn lists_are_ordered_and_paged(store: &dyn FrameStore) {
    // In the order of bytes `-` < `/` < `0`, unlike in the order of folders.
    let written: BTreeSet<String> = ["a-b", "a/b", "a/b-c/d", "a/b0", "a0", "b/x/y/z", "c", "a/Z", "鬼/1"]
        .map(str::to_owned)
        .into_iter()
        .chain((0..12).map(|index| format!("m/{index}")))
        .collect();
    for key in &written {
        store.put(&key.parse().unwrap(), content(1, 10)).await.unwrap();
    }
    let expected: Vec<String> = written.into_iter().collect();
    for limit in [1, 4, 7, 20, 21, 22, 1000] {
        assert_eq!(keys(store, "", limit).await, expected, "pages of {limit}");
    }
    let page = store.list(&prefix("m/"), Some(&key("m/2")), 3).await.unwrap();
    let found: Vec<&str> = page.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(found, ["m/3", "m/4", "m/5"]);
    assert_eq!(page.next, Some(key("m/5")));
    assert!(page.entries.iter().all(|entry| entry.size == 10));
    // A place in the list need not be an object.
    let page = store.list(&prefix(""), Some(&key("a/b-c")), 1).await.unwrap();
    assert_eq!(page.entries[0].key, key("a/b-c/d"));
}

pub async fn a_prefix_is_a_beginning(store: &dyn FrameStore) {
    for written in ["out/e1/1", "out/e1/2", "out/e10/1", "out/e2/1", "output"].map(key) {
        store.put(&written, content(1, 1)).await.unwrap();
    }
    assert_eq!(keys(store, "out/e1/", 10).await, ["out/e1/1", "out/e1/2"]);
    assert_eq!(keys(store, "out/e1", 10).await, ["out/e1/1", "out/e1/2", "out/e10/1"]);
    assert_eq!(keys(store, "out", 10).await.len(), 5);
    assert_eq!(keys(store, "out/e1/1", 10).await, ["out/e1/1"]);
    assert!(keys(store, "out/e3", 10).await.is_empty());
    assert!(keys(store, "nothing/", 10).await.is_empty());
}

pub async fn deleting_twice_is_no_error(store: &dyn FrameStore) {
    store.put(&key("a/b/c"), content(1, 10)).await.unwrap();
    store.put(&key("a/d"), content(2, 10)).await.unwrap();
    store.delete(&key("a/b/c")).await.unwrap();
    store.delete(&key("a/b/c")).await.unwrap();
    store.delete(&key("nothing/here")).await.unwrap();
    assert_eq!(store.get(&key("a/b/c")).await.unwrap_err().kind(), StoreErrorKind::NotFound);
    assert_eq!(keys(store, "", 10).await, ["a/d"]);
}

pub async fn a_large_object_is_whole(store: &dyn FrameStore) {
    let written = content(7, 20 << 20);
    let digest = store.put(&key("large"), written.clone()).await.unwrap();
    assert!(store.get(&key("large")).await.unwrap() == written);
    let info = store.head(&key("large")).await.unwrap().unwrap();
    assert_eq!((info.size, info.digest), (20 << 20, Some(digest)));
}

/// Characters that mean something in links, in XML or in signatures.
const ODD: [&str; 5] =
    ["鬼 滅/カット 01.png", "a+b/c%20d/e%2Ff", "q?x=1&y#z", "'\"<&>;,:@$!*()[]{}|^`~", " a /é.."];

pub async fn any_character_may_be_in_a_key(store: &dyn FrameStore) {
    for (seed, odd) in (1..).zip(ODD) {
        store.put(&key(odd), content(seed, 10)).await.unwrap();
    }
    let mut expected = ODD.to_vec();
    expected.sort_unstable();
    assert_eq!(keys(store, "", 2).await, expected);
    for (seed, odd) in (1..).zip(ODD) {
        assert_eq!(store.get(&key(odd)).await.unwrap(), content(seed, 10), "{odd}");
        assert_eq!(keys(store, odd, 2).await, [odd]);
        store.copy(&key(odd), &key("copy")).await.unwrap();
        assert_eq!(store.get(&key("copy")).await.unwrap(), content(seed, 10), "{odd}");
        store.delete(&key(odd)).await.unwrap();
        assert_eq!(store.head(&key(odd)).await.unwrap(), None, "{odd}");
    }
}

pub async fn a_link_can_be_read(store: &dyn FrameStore) {
    for (seed, linked) in (1..).zip(ODD.into_iter().chain(["a/b"])) {
        store.put(&key(linked), content(seed, 1000)).await.unwrap();
        let link = store.read_link(&key(linked), Duration::from_secs(60)).await.unwrap();
        let url = url::Url::parse(&link).unwrap();
        if url.scheme() == "file" {
            assert_eq!(std::fs::read(url.to_file_path().unwrap()).unwrap(), content(seed, 1000));
        } else {
            assert_eq!(testing::http::get(&link).await, (200, content(seed, 1000)), "{link}");
        }
    }
}

pub async fn a_cancelled_write_is_whole_or_absent(store: &dyn FrameStore) {
    let written = content(8, 3 << 20);
    for polls in 0..40 {
        let key = key(&format!("cancelled/{polls}"));
        let mut put = pin!(store.put(&key, written.clone()));
        for _ in 0..polls {
            if poll!(put.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    for found in keys(store, "", 1000).await {
        assert!(store.get(&key(&found)).await.unwrap() == written, "{found} is there but not whole");
    }
}
