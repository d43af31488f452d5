//! Every kind of address, on real servers.

use std::path::Path;
use std::time::Duration;

use common::queue::contract::{claim, commit, episode, held, register};
use common::queue::{Completion, JobQueue, Policy, QueueError, RedisQueue, RedisServer};

use super::faults::jobs;
use super::fixture::raw;

/// One job from submission to its end.
async fn works(address: &str) {
    let queue = RedisQueue::connect(address, Policy::default()).await.unwrap();
    queue.reset(1).await.unwrap();
    register(&queue, "w1").await;
    queue.submit(episode("e1"), jobs(1)).await.unwrap();
    let grant = claim(&queue, "w1").await;
    assert_eq!(queue.complete(&held(&grant), &commit()).await.unwrap(), Completion::Done);
    assert_eq!(queue.events(None, 100).await.unwrap().len(), 3);
}

async fn start(dir: &Path, further: &[&str]) -> RedisServer {
    RedisServer::start_with(dir, further).await.unwrap()
}

#[tokio::test]
async fn a_cluster() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), &["--cluster-enabled", "yes"]).await;
    let mut admin = raw(&server.address()).await;
    let () =
        redis::cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(0).arg(16_383).query_async(&mut admin).await.unwrap();
    // Until the node has noticed that it serves all slots.
    for _ in 0..200 {
        let info: String = redis::cmd("CLUSTER").arg("INFO").query_async(&mut admin).await.unwrap();
        if info.contains("cluster_state:ok") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    works(&format!("redis+cluster://127.0.0.1:{}", server.port())).await;
}

#[tokio::test]
async fn a_master_that_sentinels_watch() {
    let (dir, sentinel_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let master = start(dir.path(), &["--requirepass", "secret"]).await;
    let config = sentinel_dir.path().join("sentinel.conf");
    let text = format!(
        "sentinel monitor farm 127.0.0.1 {} 1\nsentinel auth-pass farm secret\nrequirepass watch\nbind 127.0.0.1\n",
        master.port()
    );
    std::fs::write(&config, text).unwrap();
    let config = config.display().to_string();
    let sentinel = start(sentinel_dir.path(), &[&config, "--sentinel", "--port", "{port}"]).await;
    let port = sentinel.port();
    works(&format!("redis+sentinel://:secret@127.0.0.1:{port}/farm?sentinel_password=watch")).await;
}

#[tokio::test]
async fn tls_with_a_certificate_of_ones_own() {
    let dir = tempfile::tempdir().unwrap();
    let made =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    std::fs::write(path("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(path("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let server = start(
        dir.path(),
        &[
            "--port",
            "0",
            "--tls-port",
            "{port}",
            "--tls-cert-file",
            &cert,
            "--tls-key-file",
            &key,
            "--tls-ca-cert-file",
            &cert,
            "--tls-auth-clients",
            "no",
        ],
    )
    .await;
    works(&format!("rediss://localhost:{}?ca={cert}", server.port())).await;
}

#[tokio::test]
async fn a_user_with_just_the_permissions_that_are_documented() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), &[]).await;
    let mut admin = raw(&server.address()).await;
    let mut rules = redis::cmd("ACL");
    rules.arg("SETUSER").arg("farm");
    for rule in operations_acl() {
        rules.arg(rule);
    }
    rules.arg("on").arg(">p@ss");
    let () = rules.query_async(&mut admin).await.unwrap();
    works(&format!("redis://farm:p%40ss@127.0.0.1:{}", server.port())).await;
    let error =
        RedisQueue::connect(&format!("redis://farm:wrong@127.0.0.1:{}", server.port()), Policy::default())
            .await
            .unwrap_err();
    assert!(matches!(error, QueueError::Unsuited { .. }), "{error}");
    assert!(error.to_string().contains("check user and password"), "{error}");
}

/// The rules that the documentation tells people to set.
fn operations_acl() -> Vec<String> {
    let text = std::fs::read_to_string("../docs/operations.md").unwrap();
    let line = text.lines().find(|line| line.contains("ACL SETUSER")).unwrap();
    let rules = line.split_whitespace().skip_while(|word| *word != "farm").skip(1);
    rules.filter(|rule| *rule != "on" && !rule.starts_with('>')).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_server_that_throws_data_away_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let server = start(dir.path(), &["--maxmemory-policy", "allkeys-lru"]).await;
    let error = RedisQueue::connect(&server.address(), Policy::default()).await.unwrap_err();
    assert!(error.to_string().contains("set maxmemory-policy to noeviction"), "{error}");
}
