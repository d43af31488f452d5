//! What is committed is published, and episodes end.

use std::sync::Arc;
use std::time::Duration;

use cel::{FileFormat, FileKind};
use common::farm::layout;
use common::queue::QueueError;
use common::store::{Faults, FlakyStore, FsStore};
use scheduler::api::Correction;
use scheduler::episode::Rates;

use super::farm::{Farm, model, options, rounds, until};
use super::manifest::{LINE, Painted, blob, episode, key, picture, plain};
use super::painter::{Painter, painted, sidecar};

#[tokio::test]
async fn what_is_committed_and_what_was_given_is_published() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let tga = FileFormat::tga(true);
    let given = [
        Painted { content: picture(100, FileFormat::Png { sixteen_bit: true }), name: "a.png" },
        Painted { content: picture(101, tga), name: "b.tga" },
    ];
    let id = farm.submit(&scheduler, &episode(&given, 3), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    painter.fails_at = Some(key(3));
    while painter.paint_one().await {}
    let finished = farm.until_finished(&id).await;
    assert_eq!((finished.revision, finished.painted, finished.given, finished.failed), (1, 2, 2, 1));
    assert!(finished.at_ms > 1_750_000_000_000);

    let sidecars = ["c1/2.segments.json", "c1/4.segments.json"];
    let expected = ["c1/0.png", "c1/1.png", "c1/2.png", sidecars[0], "c1/4.png", sidecars[1]];
    assert_eq!(farm.names(&id).await, expected);
    assert_eq!(farm.published(&id, &key(2)).await, painted(&key(2)));
    assert_eq!(farm.published(&id, sidecars[1]).await, sidecar(&key(4)));
    assert_eq!(farm.published(&id, &key(0)).await, given[0].content, "the file as it is");
    let mut converted = cel::codec::decode(&given[1].content, FileKind::Tga).unwrap();
    converted.format = LINE;
    assert_eq!(farm.published(&id, &key(1)).await, cel::codec::encode(&converted).unwrap());
}

#[tokio::test]
async fn a_given_drawing_that_cannot_be_read_keeps_nothing_back() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let given = [Painted { content: "no picture".into(), name: "a.tga" }];
    let id = farm.submit(&scheduler, &episode(&given, 1), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    let finished = farm.until_finished(&id).await;
    assert_eq!((finished.painted, finished.given, finished.failed), (1, 0, 1));
}

#[tokio::test]
async fn results_are_published_while_the_episode_goes_on() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(2), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    assert!(painter.paint_one().await);
    until("given and first drawing are published", async || farm.names(&id).await.len() == 3).await;
    rounds().await;
    assert_eq!(farm.finished(&id).await, None);
}

#[tokio::test]
async fn the_farm_learns_how_fast_it_paints() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let mut painter = Painter::new(&farm, "w1").await;
    let each_ms = async || {
        let bytes = farm.store.get(&layout::rates()).await.unwrap();
        serde_json::from_slice::<Rates>(&bytes).unwrap().of(&model().to_string()).milliseconds(None)
    };
    let mut learnt = Vec::new();
    for shade in 200..208 {
        let given = [Painted { content: picture(shade, LINE), name: "p.png" }];
        let id = farm.submit(&scheduler, &episode(&given, 2), "1").await;
        while painter.paint_one().await {}
        farm.until_finished(&id).await;
        learnt.push(each_ms().await);
    }
    assert!(learnt.is_sorted(), "{learnt:?}");
    // The same work under another name is not painted again, and says nothing new.
    let given = [Painted { content: picture(200, LINE), name: "p.png" }];
    let id = farm.submit(&scheduler, &episode(&given, 2), "2").await;
    farm.until_finished(&id).await;
    assert_eq!(each_ms().await, *learnt.last().unwrap());
    assert!((1_480..=1_501).contains(learnt.last().unwrap()), "{learnt:?}");
}

#[tokio::test]
async fn the_end_is_written_once() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(2), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    let finished = farm.until_finished(&id).await;
    // Another process knows nothing of what this one has done.
    let _another = farm.start(options("s1")).await;
    rounds().await;
    assert_eq!(farm.finished(&id).await, Some(finished));
}

#[tokio::test]
async fn dead_jobs_end_an_episode_until_they_are_sent_back() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(2), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    painter.fail_one().await;
    while painter.paint_one().await {}
    let finished = farm.until_finished(&id).await;
    assert_eq!((finished.painted, finished.failed), (1, 1));

    scheduler.service.retry(&id).await.unwrap();
    assert_eq!(farm.finished(&id).await, None);
    assert!(painter.paint_one().await);
    let finished = farm.until_finished(&id).await;
    assert_eq!((finished.painted, finished.failed), (2, 0));
    assert_eq!(painter.keys(), [key(1), key(2)]);
}

#[tokio::test]
async fn an_end_that_came_too_early_is_taken_back() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(2), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    painter.fail_one().await;
    while painter.paint_one().await {}
    farm.until_finished(&id).await;
    // As if a scheduler had written the end just after somebody sent the job back.
    painter.queue.requeue_dead(&id).await.unwrap();
    until("the end is taken back", async || farm.finished(&id).await.is_none()).await;
    assert!(painter.paint_one().await);
    assert_eq!(farm.until_finished(&id).await.painted, 2);
}

#[tokio::test]
async fn a_failing_store_is_tried_again() {
    let farm = Farm::memory().await;
    let faults = Faults { seed: 3, errors: 0.3, ..Faults::default() };
    let inner = FsStore::open(farm.dir().join("store")).await.unwrap();
    let flaky = Arc::new(FlakyStore::new(inner, faults));
    let _flaky = farm.start_on(options("s1"), Arc::clone(&flaky) as _).await;
    // What a person asks for comes through another process, which never leads.
    let sound = farm.start(options("s2")).await;
    let id = farm.submit(&sound, &plain(8), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    let finished = farm.until_finished(&id).await;
    assert_eq!((finished.painted, finished.given), (8, 1));
    assert_eq!(farm.names(&id).await.len(), 17);
    assert!(flaky.injected() > 5, "{}", flaky.injected());
}

#[tokio::test]
async fn the_queue_forgets_what_is_over() {
    let farm = Farm::memory().await;
    let options = scheduler::rounds::Options { keep: Duration::from_millis(200), ..options("s1") };
    let scheduler = farm.start(options).await;
    let id = farm.submit(&scheduler, &plain(1), "1").await;
    let cancelled = farm.submit(&scheduler, &plain(1), "2").await;
    scheduler.service.cancel(&cancelled).await.unwrap();
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    let queue = farm.queue().await;
    for id in [&id, &cancelled] {
        until("the episode is forgotten", async || {
            matches!(queue.episode(id).await, Err(QueueError::NoEpisode(_)))
        })
        .await;
    }
    rounds().await;
    assert!(queue.episodes().await.unwrap().is_empty());
    assert!(farm.finished(&id).await.is_some() && farm.finished(&cancelled).await.is_none());
}

#[tokio::test]
async fn what_a_person_painted_takes_the_place_of_what_the_farm_did() {
    let farm = Farm::memory().await;
    let scheduler = farm.start(options("s1")).await;
    let id = farm.submit(&scheduler, &plain(1), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    while painter.paint_one().await {}
    assert_eq!(farm.until_finished(&id).await.revision, 1);

    let corrected = picture(222, LINE);
    let blob = blob(&corrected, "corrected.png");
    farm.store.put(&layout::blob(&blob.digest), corrected.clone()).await.unwrap();
    scheduler.service.correct(&id, Correction { key: key(1), painted: blob }).await.unwrap();
    until("the new version is finished", async || {
        farm.finished(&id).await.is_some_and(|finished| finished.revision == 2)
    })
    .await;
    let finished = farm.finished(&id).await.unwrap();
    assert_eq!((finished.painted, finished.given, finished.failed), (0, 2, 0));
    assert_eq!(farm.published(&id, &key(1)).await, corrected);
    assert_eq!(farm.names(&id).await, [key(0), key(1)], "without the sidecar of what the farm had painted");
}
