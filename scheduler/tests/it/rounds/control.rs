//! What people decided stands in the store, even if the queue was never told.

use bytes::Bytes;
use common::farm::{Control, Decision, Format, layout};
use common::ids::EpisodeId;
use common::queue::{EpisodeState, Priority};

use super::farm::{Farm, options, until};
use super::manifest::plain;

async fn write(farm: &Farm, id: &EpisodeId, decision: Decision, priority: Option<Priority>) {
    let control = Control { format: Format, decision, priority };
    farm.store.put(&layout::control(id), Bytes::from(control.to_json().unwrap())).await.unwrap();
}

#[tokio::test]
async fn the_queue_is_told_what_it_missed() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(2), "1").await;
    let queue = farm.queue().await;
    let becomes = async |state: EpisodeState, priority: Priority| {
        until(state.name(), async || {
            let status = queue.episode(&id).await.unwrap();
            (status.state, status.priority) == (state, priority)
        })
        .await;
    };
    // As if a scheduler had died between store and queue.
    write(&farm, &id, Decision::Paused, Some(Priority::Low)).await;
    becomes(EpisodeState::Paused, Priority::Low).await;
    write(&farm, &id, Decision::Open, None).await;
    becomes(EpisodeState::Open, Priority::Normal).await;
    write(&farm, &id, Decision::Cancelled, None).await;
    becomes(EpisodeState::Cancelled, Priority::Normal).await;
    assert_eq!(farm.finished(&id).await, None);
}
