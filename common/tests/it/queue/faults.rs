//! What breaks between a queue and its server loses no job and completes none twice.

use std::time::Duration;

use common::ids::EpisodeId;
use common::queue::contract::{Fixture, claim, commit, episode, held, job, register, try_claim};
use common::queue::{
    Claim, ClaimRequest, Completion, JobQueue, JobState, NewJob, Policy, QueueError, RedisQueue, RedisServer,
};

use super::fixture::{raw, redis};
use super::proxy::Proxy;

/// Jobs in chains of three.
pub fn jobs(count: u32) -> Vec<NewJob> {
    let before = |index: u32| (!index.is_multiple_of(3)).then(|| index - 1);
    (0..count).map(|index| job(before(index).as_slice())).collect()
}

fn id() -> EpisodeId {
    "e1".parse().unwrap()
}

/// Completes what there is, and says how many jobs.
async fn paint_all(queue: &dyn JobQueue, worker: &str) -> u32 {
    let mut done = 0;
    while let Claim::Granted(grant) = try_claim(queue, worker).await {
        let completion = queue.complete(&held(&grant), &commit()).await.unwrap();
        assert!(matches!(completion, Completion::Done | Completion::Repeat), "{completion:?}");
        done += 1;
    }
    done
}

async fn jobs_done(queue: &dyn JobQueue) -> u32 {
    queue.episode(&id()).await.unwrap().counts.of(JobState::Done)
}

#[tokio::test]
async fn flushed_scripts_and_functions_are_not_noticed() {
    let fixture = redis().await;
    let queue = fixture.queue();
    register(queue, "w1").await;
    queue.submit(episode("e1"), jobs(4)).await.unwrap();
    let grant = claim(queue, "w1").await;
    for what in ["SCRIPT", "FUNCTION"] {
        let () = redis::cmd(what).arg("FLUSH").query_async(&mut raw(&fixture.address).await).await.unwrap();
    }
    queue.complete(&held(&grant), &commit()).await.unwrap();
    assert_eq!(paint_all(queue, "w1").await, 3);
}

#[tokio::test]
async fn a_claim_whose_reply_is_cut_is_granted_once() {
    let fixture = redis().await;
    let proxy = Proxy::start(fixture.server.port()).await;
    let queue = RedisQueue::connect(&proxy.address(), Policy::default()).await.unwrap();
    register(&queue, "w1").await;
    queue.submit(episode("e1"), jobs(4)).await.unwrap();
    proxy.cut_replies(1);
    let grant = claim(&queue, "w1").await;
    assert_eq!((proxy.left(), grant.attempt), (0, 1));
    let counts = queue.episode(&id()).await.unwrap().counts;
    assert_eq!((counts.of(JobState::Running), counts.of(JobState::Ready)), (1, 1));
}

#[tokio::test]
async fn a_completion_whose_reply_is_cut_counts_once() {
    let fixture = redis().await;
    let proxy = Proxy::start(fixture.server.port()).await;
    let queue = RedisQueue::connect(&proxy.address(), Policy::default()).await.unwrap();
    register(&queue, "w1").await;
    queue.submit(episode("e1"), jobs(3)).await.unwrap();
    let grant = claim(&queue, "w1").await;
    proxy.cut_replies(1);
    assert_eq!(queue.complete(&held(&grant), &commit()).await.unwrap(), Completion::Repeat);
    let counts = queue.episode(&id()).await.unwrap().counts;
    assert_eq!((counts.of(JobState::Done), counts.of(JobState::Ready)), (1, 1));
    assert_eq!(jobs_done(&queue).await, 1);
}

#[tokio::test]
async fn a_completion_with_a_claim_whose_reply_is_cut_does_both_once() {
    let fixture = redis().await;
    let proxy = Proxy::start(fixture.server.port()).await;
    let queue = RedisQueue::connect(&proxy.address(), Policy::default()).await.unwrap();
    register(&queue, "w1").await;
    queue.submit(episode("e1"), jobs(6)).await.unwrap();
    let grant = claim(&queue, "w1").await;
    let request =
        ClaimRequest { worker: "w1".parse().unwrap(), pools: vec!["gpu".parse().unwrap()], warm: Vec::new() };
    proxy.cut_replies(1);
    let (completion, next) = queue.complete_and_claim(&held(&grant), &commit(), &request).await.unwrap();
    assert!(matches!((completion, next), (Completion::Repeat, Claim::Granted(_))));
    let counts = queue.episode(&id()).await.unwrap().counts;
    assert_eq!((counts.of(JobState::Done), counts.of(JobState::Running)), (1, 1));
}

#[tokio::test]
async fn every_job_is_done_once_however_often_the_connection_breaks() {
    const JOBS: u32 = 240;
    let fixture = redis().await;
    let proxy = Proxy::start(fixture.server.port()).await;
    fixture.queue().submit(episode("e1"), jobs(JOBS)).await.unwrap();
    let address = proxy.address();
    let workers = ["w1", "w2", "w3", "w4"].map(|name| {
        let address = address.clone();
        tokio::spawn(async move {
            let queue = RedisQueue::connect(&address, Policy::default()).await.unwrap();
            register(&queue, name).await;
            let mut done = 0;
            // A worker may find nothing while another holds the job that the rest waits for.
            for _ in 0..3 {
                done += paint_all(&queue, name).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            done
        })
    });
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        proxy.cut_replies(1);
    }
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    register(fixture.queue(), "w5").await;
    done += paint_all(fixture.queue(), "w5").await;
    assert_eq!(done, JOBS);
    assert_eq!(jobs_done(fixture.queue()).await, JOBS);
    assert!(fixture.queue.episode(&id()).await.unwrap().is_finished());
}

#[tokio::test]
async fn a_server_that_loads_its_data_is_waited_for() {
    let fixture = redis().await;
    let proxy = Proxy::start(fixture.server.port()).await;
    let queue = RedisQueue::connect(&proxy.address(), Policy::default()).await.unwrap();
    register(&queue, "w1").await;
    queue.submit(episode("e1"), jobs(1)).await.unwrap();
    proxy.say_loading(3);
    assert_eq!(claim(&queue, "w1").await.attempt, 1);
    assert_eq!(proxy.left(), 0);
}

#[tokio::test]
async fn a_server_that_became_a_replica_is_waited_for() {
    let fixture = redis().await;
    let queue = fixture.queue();
    register(queue, "w1").await;
    queue.submit(episode("e1"), jobs(3)).await.unwrap();
    let mut admin = raw(&fixture.address).await;
    // A replica of nobody who answers: it keeps its data and refuses to write.
    let () = redis::cmd("REPLICAOF").arg("127.0.0.1").arg(1).query_async(&mut admin).await.unwrap();
    let back = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let () = redis::cmd("REPLICAOF").arg("NO").arg("ONE").query_async(&mut admin).await.unwrap();
    };
    let (grant, ()) = tokio::join!(claim(queue, "w1"), back);
    assert_eq!(queue.complete(&held(&grant), &commit()).await.unwrap(), Completion::Done);
    assert_eq!(paint_all(queue, "w1").await, 2);
}

#[tokio::test]
async fn a_restarted_server_has_everything() {
    let mut fixture = redis().await;
    let set = |name: &'static str, value: &'static str| {
        let address = fixture.address.clone();
        async move {
            let mut raw = raw(&address).await;
            let () =
                redis::cmd("CONFIG").arg("SET").arg(name).arg(value).query_async(&mut raw).await.unwrap();
        }
    };
    set("appendfsync", "always").await;
    register(&fixture.queue, "w1").await;
    fixture.queue.submit(episode("e1"), jobs(3)).await.unwrap();
    let grant = claim(&fixture.queue, "w1").await;
    fixture.server.restart().await.unwrap();
    assert_eq!(fixture.queue.complete(&held(&grant), &commit()).await.unwrap(), Completion::Done);
    assert_eq!(paint_all(&fixture.queue, "w1").await, 2);
    assert_eq!(jobs_done(&fixture.queue).await, 3);
}

#[tokio::test]
async fn an_empty_server_is_rebuilt_from_the_store() {
    let fixture = redis().await;
    let queue = fixture.queue();
    register(queue, "w1").await;
    queue.submit(episode("e1"), jobs(3)).await.unwrap();
    let first = claim(queue, "w1").await;
    queue.complete(&held(&first), &commit()).await.unwrap();
    let running = claim(queue, "w1").await;
    let () = redis::cmd("FLUSHALL").query_async(&mut raw(&fixture.address).await).await.unwrap();
    fixture.advance(common_start()).await;

    // Nothing is claimed, and nothing of before counts, until somebody begins a new epoch.
    let lost = queue.complete(&held(&running), &commit()).await.unwrap_err();
    assert!(matches!(lost, QueueError::Epoch { ours: 1, current: None }), "{lost}");
    assert_eq!(queue.pulse().await.unwrap().epoch, None);
    assert!(matches!(queue.join().await, Err(QueueError::Epoch { current: None, .. })));

    // The store knows of one commit; the worker attaches again to what it runs.
    queue.reset(2).await.unwrap();
    let mut again = jobs(3);
    again[0].committed = Some(commit());
    queue.submit(episode("e1"), again).await.unwrap();
    register(queue, "w1").await;
    let Claim::Granted(attached) = queue.reattach(&"w1".parse().unwrap(), &running.key).await.unwrap() else {
        panic!("the job was free");
    };
    assert_eq!(queue.complete(&held(&running), &commit()).await.unwrap(), Completion::Stale);
    assert_eq!(queue.complete(&held(&attached), &commit()).await.unwrap(), Completion::Done);
    assert_eq!(paint_all(queue, "w1").await, 1);
    assert!(queue.episode(&id()).await.unwrap().is_finished());
}

const fn common_start() -> u64 {
    super::fixture::START_MS
}

#[tokio::test]
async fn an_audit_mends_what_somebody_broke() {
    let fixture = redis().await;
    let queue = fixture.queue();
    register(queue, "w1").await;
    queue.submit(episode("e1"), jobs(6)).await.unwrap();
    claim(queue, "w1").await;
    let mut admin = raw(&fixture.address).await;
    for key in ["{shiage:0}:v1:ready", "{shiage:0}:v1:leases"] {
        let () = redis::cmd("DEL").arg(key).query_async(&mut admin).await.unwrap();
    }
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    assert_eq!(queue.audit(&id()).await.unwrap(), 2);
    assert_eq!(queue.audit(&id()).await.unwrap(), 0);
    assert_eq!(claim(queue, "w1").await.key.index, 3);
    fixture.advance(Policy::default().lease_ms).await;
    assert_eq!(queue.reap().await.unwrap().lost, 2);
}

#[tokio::test]
async fn a_full_server_refuses_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let server = RedisServer::start_with(dir.path(), &["--maxmemory", "6mb"]).await.unwrap();
    let queue = RedisQueue::connect(&server.address(), Policy::default()).await.unwrap();
    queue.reset(1).await.unwrap();
    register(&queue, "w1").await;
    let big = || -> Vec<NewJob> {
        jobs(600).into_iter().map(|job| NewJob { payload: "x".repeat(8_000), ..job }).collect()
    };
    let mut error = None;
    for n in 0..5 {
        if let Err(refused) = queue.submit(episode(&format!("e{n}")), big()).await {
            error = Some(refused);
            break;
        }
    }
    let error = error.unwrap();
    assert!(matches!(error, QueueError::Full { .. }) && error.is_transient(), "{error}");
    // What is in is whole: an episode that was cut short goes on when there is room.
    let mut raw = raw(&server.address()).await;
    let () = redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(0).query_async(&mut raw).await.unwrap();
    let status = queue.submit(episode("e1"), big()).await.unwrap();
    assert_eq!(status.counts.total(), 600);
    assert_eq!(queue.audit(&"e1".parse().unwrap()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_dead_server_is_named() {
    let mut fixture = redis().await;
    fixture.server.kill();
    let error = fixture.queue.counts().await.unwrap_err();
    assert!(error.is_transient());
    assert!(error.to_string().contains(&fixture.address), "{error}");
}
