//! What people decide about episodes.

use bytes::Bytes;
use common::farm::{Finished, Format, layout};
use common::ids::EpisodeId;
use common::queue::{JobQueue as _, Priority};
use common::store::FrameStore as _;
use scheduler::api::{ErrorCode, Phase};

use super::farm::{Farm, chain, independent};

/// Says that an episode is over, as the rounds do.
async fn finish(farm: &Farm, id: &EpisodeId, painted: u32, failed: u32) {
    let finished = Finished { format: Format, revision: 1, painted, given: 1, failed, at_ms: 1 };
    farm.store.put(&layout::finished(id), Bytes::from(finished.to_json().unwrap())).await.unwrap();
}

#[tokio::test]
async fn decisions_survive_the_queue() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    assert_eq!(farm.service.pause(&id).await.unwrap().state, Phase::Paused);
    farm.service.set_priority(&id, Priority::High).await.unwrap();
    farm.lose_queue().await;
    let record = farm.service.record(&id).await.unwrap();
    farm.service.enqueue(&record).await.unwrap();
    assert!(farm.claim().await.is_none(), "still paused");
    assert_eq!(farm.queue.episode(&id).await.unwrap().priority, Priority::High);
    assert_eq!(farm.service.resume(&id).await.unwrap().state, Phase::Running);
    assert_eq!(farm.paint_all(&[]).await.len(), 6);
}

#[tokio::test]
async fn decisions_hold_for_the_next_version() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    farm.service.pause(&id).await.unwrap();
    let painted = super::farm::blob("by-hand.png");
    farm.put(Bytes::from("by-hand.png")).await;
    let correction = scheduler::api::Correction { key: "c1/2.png".into(), painted };
    farm.service.correct(&id, correction).await.unwrap();
    assert!(farm.claim().await.is_none());
    assert_eq!(farm.service.summary(&id).await.unwrap().state, Phase::Paused);
}

#[tokio::test]
async fn a_cancelled_episode_stays_so() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    assert_eq!(farm.service.cancel(&id).await.unwrap().state, Phase::Cancelled);
    assert_eq!(farm.service.cancel(&id).await.unwrap().jobs.cancelled, 3);
    for refused in [farm.service.resume(&id).await, farm.service.retry(&id).await] {
        assert_eq!(refused.unwrap_err().problem().code, ErrorCode::Conflict);
    }
    farm.lose_queue().await;
    assert!(!farm.service.submit(chain(), None).await.unwrap().created);
    assert!(farm.queue.episodes().await.unwrap().is_empty(), "it does not come back");
    let summary = farm.service.summary(&id).await.unwrap();
    assert_eq!((summary.state, summary.jobs.cancelled), (Phase::Cancelled, 3));
}

#[tokio::test]
async fn dead_jobs_are_sent_back() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    farm.kill("bad input").await;
    let halted = farm.service.summary(&id).await.unwrap();
    assert_eq!((halted.state, halted.jobs.dead, halted.drawings.failed), (Phase::Halted, 1, 2));
    assert_eq!(farm.service.retry(&id).await.unwrap().state, Phase::Running);
    assert_eq!(farm.paint_all(&[]).await.len(), 6);
}

#[tokio::test]
async fn an_episode_that_ended_incomplete_is_tried_again() {
    let farm = Farm::new().await;
    let id = farm.submit(&independent()).await;
    farm.kill("bad input").await;
    assert_eq!(farm.paint_all(&[]).await.len(), 5);
    finish(&farm, &id, 5, 1).await;
    farm.queue.forget(&id).await.unwrap();
    assert_eq!(farm.service.summary(&id).await.unwrap().state, Phase::Incomplete);
    assert_eq!(farm.service.retry(&id).await.unwrap().state, Phase::Running);
    assert_eq!(farm.paint_all(&[]).await, ["c1/1.png"]);
}

#[tokio::test]
async fn nothing_is_decided_about_what_is_over() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    finish(&farm, &id, 6, 0).await;
    let refused = farm.service.pause(&id).await.unwrap_err().problem();
    assert!(refused.code == ErrorCode::Conflict && refused.message.contains("finished"));
    let none = "e0".parse().unwrap();
    assert_eq!(farm.service.pause(&none).await.unwrap_err().problem().code, ErrorCode::NotFound);
}
