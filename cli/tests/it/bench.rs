//! `shiage bench queue` on a server that it starts, and on one that is there.

use common::queue::RedisServer;

use crate::support::{Run, shiage};

const KEYS: [&str; 6] =
    ["claim_complete_per_s", "claim_p50_ms", "claim_p99_ms", "redis_bytes_per_job", "rebuild_s", "jobs"];

fn bench(more: &[&str]) -> Run {
    shiage(&[&["bench", "queue", "--jobs", "1000", "--workers", "8"], more].concat())
}

#[test]
fn it_starts_a_server_of_its_own() {
    let run = bench(&["--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    assert_eq!(json.as_object().unwrap().len(), KEYS.len());
    for key in KEYS {
        assert!(json[key].as_f64().unwrap() > 0.0, "{key}: {run:?}");
    }
    assert_eq!(run.count("jobs"), 1000);
}

#[tokio::test]
async fn a_queue_in_use_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let server = RedisServer::start(dir.path()).await.unwrap();
    let address = server.address();
    assert_eq!(bench(&["--redis", &address]).code, 0);
    let again = bench(&["--redis", &address]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.stderr.contains("holds a farm's queue; measure on an empty server"), "{again:?}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let run = bench(&["--redis", "redis://127.0.0.1:1"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("redis://127.0.0.1:1"), "{run:?}");
}
