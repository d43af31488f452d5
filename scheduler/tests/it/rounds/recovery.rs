//! What the queue lost is in the store.

use std::collections::BTreeSet;
use std::time::Duration;

use common::farm::layout;
use common::queue::{EpisodeState, JobState, ManualClock, Policy, Priority, QueueError};
use scheduler::rounds::Options;

use super::farm::{Farm, options, rounds, until};
use super::manifest::{key, plain};
use super::painter::Painter;

async fn stored_epoch(farm: &Farm) -> u64 {
    let bytes = farm.store.get(&layout::epoch()).await.unwrap();
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(document["format"], 1);
    document["epoch"].as_u64().unwrap()
}

#[tokio::test]
async fn a_commit_that_the_queue_never_saw_counts() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(3), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    // The worker dies before it can tell the queue.
    let grant = painter.claim().await.unwrap();
    painter.commit(&grant).await;
    let queue = farm.queue().await;
    until("the queue knows the commit", async || {
        queue.job(&grant.key).await.unwrap().state == JobState::Done
    })
    .await;
    while painter.paint_one().await {}
    assert_eq!(farm.until_finished(&id).await.painted, 3);
    assert_eq!(painter.keys(), [key(1), key(2), key(3)], "each once");
}

#[tokio::test]
async fn a_submission_that_broke_off_goes_on() {
    let farm = Farm::memory().await;
    let drawings = plain(2);
    let first = farm.start(options("s1")).await;
    let id = farm.submit(&first, &drawings, "1").await;
    drop(first);
    // A queue that knows nothing of it: as if the scheduler had died after it wrote the manifest.
    let queue = farm.queue().await;
    queue.cancel(&id).await.unwrap();
    queue.forget(&id).await.unwrap();
    let _second = farm.start(options("s1")).await;
    until("the episode is in the queue", async || queue.episode(&id).await.is_ok()).await;
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    assert_eq!(farm.until_finished(&id).await.painted, 2);
}

#[tokio::test]
async fn an_empty_redis_begins_the_first_epoch() {
    let farm = Farm::redis().await;
    let scheduler = farm.start(options("s1")).await;
    assert_eq!(stored_epoch(&farm).await, 1);
    let id = farm.submit(&scheduler, &plain(2), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    assert_eq!(farm.until_finished(&id).await.painted, 2);
}

#[tokio::test]
async fn a_redis_that_loses_everything_is_rebuilt() {
    let farm = Farm::redis().await;
    // Nobody waits for the next comparison.
    let options = Options { reconcile: Duration::from_secs(600), ..options("s1") };
    let scheduler = farm.start(options).await;
    let id = farm.submit(&scheduler, &plain(6), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    assert!(painter.paint_one().await && painter.paint_one().await);
    let running = painter.claim().await.unwrap();
    farm.flush().await;
    until("a new epoch has begun", async || {
        painter.queue.pulse().await.unwrap().epoch.is_some_and(|epoch| epoch > 1)
    })
    .await;
    // What was painted meanwhile counts by its commit.
    painter.commit(&running).await;
    until("everything is painted", async || {
        painter.paint_one().await;
        farm.finished(&id).await.is_some()
    })
    .await;
    assert_eq!(farm.until_finished(&id).await.painted, 6);
    let expected: Vec<String> = (1..=6).map(key).collect();
    assert_eq!(painter.keys(), expected, "each drawing once");
    let queue = farm.queue().await;
    assert_eq!(queue.pulse().await.unwrap().epoch, Some(stored_epoch(&farm).await));
    assert_eq!(queue.audit(&id).await.unwrap(), 0);
}

#[tokio::test]
async fn decisions_outlive_the_queue() {
    let farm = Farm::redis().await;
    let scheduler = farm.start(options("s1")).await;
    let mut ids = Vec::new();
    for token in ["paused", "cancelled", "open"] {
        ids.push(farm.submit(&scheduler, &plain(2), token).await);
    }
    scheduler.service.pause(&ids[0]).await.unwrap();
    scheduler.service.cancel(&ids[1]).await.unwrap();
    scheduler.service.set_priority(&ids[2], Priority::Urgent).await.unwrap();
    farm.flush().await;
    let queue = farm.queue().await;
    until("both are back", async || {
        let _ = queue.join().await;
        queue.episodes().await.is_ok_and(|episodes| episodes.len() == 2)
            && queue.episode(&ids[0]).await.is_ok_and(|episode| episode.state == EpisodeState::Paused)
    })
    .await;
    rounds().await;
    assert_eq!(queue.episode(&ids[0]).await.unwrap().state, EpisodeState::Paused);
    assert!(matches!(queue.episode(&ids[1]).await, Err(QueueError::NoEpisode(_))));
    let open = queue.episode(&ids[2]).await.unwrap();
    assert_eq!((open.state, open.priority), (EpisodeState::Open, Priority::Urgent));

    let painter = Painter::new(&farm, "w1").await;
    let mut claimed = BTreeSet::new();
    while let Some(grant) = painter.claim().await {
        claimed.insert(grant.key.episode.clone());
    }
    assert_eq!(claimed, BTreeSet::from([ids[2].clone()]));
}

/// After a start nobody knows whether heartbeats could be heard before; later it is known.
#[tokio::test]
async fn leases_expire_only_under_the_eyes_of_a_scheduler() {
    let clock = ManualClock::at(1_750_000_000_000);
    let farm = Farm::clocked(&clock).await;
    let first = farm.start(options("s1")).await;
    let id = farm.submit(&first, &plain(1), "1").await;
    drop(first);
    let painter = Painter::new(&farm, "w1").await;
    let grant = painter.claim().await.unwrap();
    clock.advance(Policy::default().lease_ms + 1);
    let _second = farm.start(options("s1")).await;
    rounds().await;
    let queue = farm.queue().await;
    let state = async || queue.job(&grant.key).await.unwrap().state;
    assert_eq!(state().await, JobState::Running, "{id}");
    clock.advance(Policy::default().lease_ms + 1);
    until("the job is given to others", async || state().await == JobState::Ready).await;
}
