use std::fs::{self, FileTimes};
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use common::store::{self, FrameStore, FsStore, StoreErrorKind, StoreKey};

use super::folder;

fn key(text: &str) -> StoreKey {
    text.parse().unwrap()
}

#[tokio::test]
async fn nothing_outside_the_root_is_reached() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let (root, store) = folder().await;
    symlink(outside.path(), root.path().join("out")).unwrap();
    symlink(outside.path().join("secret"), root.path().join("file")).unwrap();
    symlink(outside.path().join("new"), root.path().join("dangling")).unwrap();
    for through in ["out/secret", "out/new", "out/a/b", "file", "dangling"].map(key) {
        let refused = [
            store.get(&through).await.map(drop),
            store.head(&through).await.map(drop),
            store.put(&through, Bytes::new()).await.map(drop),
            store.put_if_absent(&through, Bytes::new()).await.map(drop),
            store.copy(&through, &key("copy")).await,
            store.delete(&through).await,
            store.read_link(&through, Duration::from_secs(1)).await.map(drop),
        ];
        for result in refused {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Denied, "{error}");
            assert!(error.to_string().contains("symbolic link"), "{error}");
        }
    }
    let page = store.list(&"".parse().unwrap(), None, 100).await.unwrap();
    assert!(page.entries.is_empty(), "{page:?}");
    assert_eq!(fs::read_to_string(outside.path().join("secret")).unwrap(), "secret");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn the_root_itself_may_be_a_link() {
    let (root, store) = folder().await;
    store.put(&key("a"), Bytes::from_static(b"x")).await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link");
    symlink(root.path(), &link).unwrap();
    let linked = FsStore::open(&link).await.unwrap();
    assert_eq!(linked.get(&key("a")).await.unwrap(), "x");
}

#[tokio::test]
async fn what_interrupted_writes_left_is_removed_after_a_day() {
    let (root, _store) = folder().await;
    let temporary = root.path().join(".shiage/tmp");
    let now = SystemTime::now();
    for (name, hours) in [("write-old", 25), ("write-young", 23)] {
        let file = fs::File::create(temporary.join(name)).unwrap();
        let modified = now - Duration::from_secs(hours * 60 * 60);
        file.set_times(FileTimes::new().set_modified(modified)).unwrap();
    }
    let store = FsStore::open(root.path()).await.unwrap();
    assert!(!temporary.join("write-old").exists());
    assert!(temporary.join("write-young").exists());
    assert!(store.list(&"".parse().unwrap(), None, 10).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn writes_leave_no_temporary_files() {
    let (root, store) = folder().await;
    for _ in 0..2 {
        store.put(&key("a/b"), Bytes::from_static(b"x")).await.unwrap();
        let _existed = store.put_if_absent(&key("a/b"), Bytes::from_static(b"y")).await.unwrap();
        store.copy(&key("a/b"), &key("a/c")).await.unwrap();
    }
    assert_eq!(fs::read_dir(root.path().join(".shiage/tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_name_is_a_file_or_a_folder() {
    let (_root, store) = folder().await;
    store.put(&key("a/b"), Bytes::new()).await.unwrap();
    for clash in ["a", "a/b/c"] {
        let error = store.put(&key(clash), Bytes::new()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::BadKey, "{error}");
        let error = store.put_if_absent(&key(clash), Bytes::new()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::BadKey, "{error}");
    }
    for absent in ["a", "a/b/c"] {
        assert_eq!(store.get(&key(absent)).await.unwrap_err().kind(), StoreErrorKind::NotFound);
        assert_eq!(store.head(&key(absent)).await.unwrap(), None);
        store.delete(&key(absent)).await.unwrap();
    }
    // Empty folders do not count: where the last key of one is deleted, its name is free.
    store.delete(&key("a/b")).await.unwrap();
    store.put(&key("a"), Bytes::new()).await.unwrap();
}

#[tokio::test]
async fn keys_are_as_long_as_promised() {
    let (_root, store) = folder().await;
    let longest = key(&format!("{}/{}/x", "p".repeat(255), "q".repeat(254)));
    assert_eq!(longest.as_str().len(), store::MAX_KEY);
    store.put(&longest, Bytes::from_static(b"x")).await.unwrap();
    let page = store.list(&"p".parse().unwrap(), None, 10).await.unwrap();
    assert_eq!(page.entries[0].key, longest);
}

/// Puts and deletes at the same folder: a folder that vanishes under a writer is made again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_and_deleters_do_not_disturb_each_other() {
    let (_root, store) = folder().await;
    let tasks = (0..8).map(|task| {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0..30 {
                let key = key(&format!("a/b/{task}"));
                let content = Bytes::from(format!("{task} {round}"));
                store.put(&key, content.clone()).await.unwrap();
                assert_eq!(store.get(&key).await.unwrap(), content);
                store.delete(&key).await.unwrap();
            }
        })
    });
    for task in futures::future::join_all(tasks).await {
        task.unwrap();
    }
}

#[tokio::test]
async fn files_are_opened_by_path_and_by_url() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b/new");
    let by_path = store::open(path.to_str().unwrap()).await.unwrap();
    by_path.put(&key("x"), Bytes::from_static(b"1")).await.unwrap();
    let url = url::Url::from_file_path(&path).unwrap();
    let by_url = store::open(url.as_str()).await.unwrap();
    assert_eq!(by_url.get(&key("x")).await.unwrap(), "1");
    fs::write(folder.path().join("file"), "").unwrap();
    let error = FsStore::open(folder.path().join("file")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Address, "{error}");
    assert!(error.to_string().contains("file"), "{error}");
}
