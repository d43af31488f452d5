//! Several schedulers at once.

use super::farm::{Farm, options, rounds, until};
use super::manifest::{key, plain};
use super::painter::Painter;

/// Both believe that they lead, since they ask under one name: that one leads must not be needed.
#[tokio::test]
async fn two_leaders_do_no_harm() {
    let farm = Farm::redis().await;
    let (a, b) = tokio::join!(farm.start(options("s1")), farm.start(options("s1")));
    let id = farm.submit(&a, &plain(12), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    for round in 0..3 {
        for _ in 0..3 {
            painter.paint_one().await;
        }
        if round < 2 {
            farm.flush().await;
        }
        until("the queue takes claims", async || {
            let _ = painter.queue.join().await;
            painter.queue.episode(&id).await.is_ok()
        })
        .await;
    }
    until("everything is painted", async || {
        painter.paint_one().await;
        farm.finished(&id).await.is_some()
    })
    .await;
    let finished = farm.finished(&id).await.unwrap();
    assert_eq!((finished.painted, finished.given, finished.failed), (12, 1, 0));
    let mut expected: Vec<String> = (1..=12).map(key).collect();
    expected.sort();
    assert_eq!(painter.keys(), expected, "each drawing once");
    assert_eq!(farm.names(&id).await.len(), 25);

    // They come to rest in one epoch, and both work in it.
    let epoch = async || painter.queue.pulse().await.unwrap().epoch;
    let before = epoch().await;
    rounds().await;
    assert_eq!(epoch().await, before);
    assert_eq!(farm.finished(&id).await, Some(finished));
    for scheduler in [&a, &b] {
        assert_eq!(scheduler.service.summary(&id).await.unwrap().id, id);
    }
}

#[tokio::test]
async fn another_takes_over_from_a_leader_that_is_gone() {
    let farm = Farm::memory().await;
    let first = farm.start(options("s1")).await;
    let id = farm.submit(&first, &plain(4), "1").await;
    let mut painter = Painter::new(&farm, "w1").await;
    assert!(painter.paint_one().await);
    until("the first one publishes", async || farm.names(&id).await.len() == 3).await;
    let _second = farm.start(options("s2")).await;
    drop(first);
    while painter.paint_one().await {}
    assert_eq!(farm.until_finished(&id).await.painted, 4);
    assert_eq!(farm.names(&id).await.len(), 9);
}
