//! Drawings are corrected by hand.

use bytes::Bytes;
use common::farm::{Blob, Commit, Manifest, layout};
use common::ids::EpisodeId;
use common::queue::{EpisodeState, JobQueue as _};
use common::store::FrameStore as _;
use scheduler::api::{Correction, DrawingState, ErrorCode, Submitted};

use super::farm::{Farm, blob, chain, independent};

fn corrected(key: &str) -> Correction {
    Correction { key: key.into(), painted: by_hand(key) }
}

fn by_hand(key: &str) -> Blob {
    blob(&format!("{}-by-hand.png", key.replace(['/', '.'], "-")))
}

async fn correct(farm: &Farm, id: &EpisodeId, key: &str) -> Submitted {
    farm.put(Bytes::from(by_hand(key).name)).await;
    farm.service.correct(id, corrected(key)).await.unwrap()
}

#[tokio::test]
async fn in_a_chain_only_what_follows_is_painted_anew() {
    for (key, anew) in [
        ("c1/3.png", vec!["c1/4.png", "c1/5.png", "c1/6.png"]),
        // The job that had it had also painted the one before.
        ("c1/4.png", vec!["c1/5.png", "c1/6.png"]),
        ("c1/6.png", vec![]),
    ] {
        let farm = Farm::new().await;
        let id = farm.submit(&chain()).await;
        farm.paint_all(&[]).await;
        let submitted = correct(&farm, &id, key).await;
        assert_eq!(submitted.id, id);
        assert_eq!(farm.paint_all(&[]).await, anew, "{key}");
    }
}

#[tokio::test]
async fn independent_drawings_are_not_painted_again() {
    let farm = Farm::new().await;
    let id = farm.submit(&independent()).await;
    farm.paint_all(&["c1/4.png"]).await;
    correct(&farm, &id, "c1/3.png").await;
    assert!(farm.paint_all(&[]).await.is_empty());
    let drawings = farm.service.drawings(&id, None, 100).await.unwrap().drawings;
    let states: Vec<DrawingState> = drawings.iter().map(|drawing| drawing.state).collect();
    use DrawingState::{Failed, Given, Painted};
    assert_eq!(states, [Given, Painted, Painted, Given, Failed, Painted, Painted]);
    assert_eq!(drawings[4].error.as_deref(), Some("torn"));
}

/// What a derived commit names must lie where it says.
#[tokio::test]
async fn what_was_painted_before_lies_under_the_new_job() {
    let farm = Farm::new().await;
    let id = farm.submit(&independent()).await;
    farm.paint_all(&[]).await;
    correct(&farm, &id, "c1/3.png").await;
    let record = farm.service.record(&id).await.unwrap();
    let plan = farm.service.plan(&record).await.unwrap();
    let job = &plan.jobs[plan.by_key["c1/2.png"] as usize].id;
    let commit = Commit::from_json(&farm.store.get(&layout::commit(job)).await.unwrap()).unwrap();
    assert_eq!(commit.drawings.len(), 1);
    for output in [&commit.drawings[0].painted, &commit.drawings[0].sidecar] {
        let content = farm.store.get(&commit.key_of(output)).await.unwrap();
        assert_eq!(common::Digest::of(&content), output.digest);
    }
}

#[tokio::test]
async fn the_run_of_the_former_version_is_cancelled() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    correct(&farm, &id, "c1/2.png").await;
    assert_eq!(farm.queue.episode(&id).await.unwrap().state, EpisodeState::Cancelled);
    let next = format!("{id}-r2").parse().unwrap();
    assert_eq!(farm.queue.episode(&next).await.unwrap().state, EpisodeState::Open);
    assert_eq!(farm.service.summary(&id).await.unwrap().revision, 2);
}

#[tokio::test]
async fn a_given_drawing_that_is_corrected_stays_what_others_start_from() {
    let farm = Farm::new().await;
    let id = farm.submit(&independent()).await;
    farm.paint_all(&[]).await;
    correct(&farm, &id, "c1/0.png").await;
    let drawing = &farm.service.record(&id).await.unwrap().manifest.clips[0].drawings[0];
    assert!(!drawing.corrected && drawing.painted == Some(by_hand("c1/0.png")));
    assert_eq!(farm.paint_all(&[]).await.len(), 6, "all are painted from it");
}

#[tokio::test]
async fn the_same_correction_twice_is_one() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    farm.paint_all(&[]).await;
    assert!(correct(&farm, &id, "c1/5.png").await.created);
    assert!(!correct(&farm, &id, "c1/5.png").await.created);
    assert_eq!(farm.service.summary(&id).await.unwrap().revision, 2);
    assert_eq!(farm.paint_all(&[]).await, ["c1/6.png"]);
}

/// Two people correct two drawings at once: neither correction is lost, and each job is one of the version it is of.
#[tokio::test]
async fn who_comes_second_corrects_what_the_first_has_made() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    farm.paint_all(&[]).await;
    let mut rival = farm.service.record(&id).await.unwrap().manifest;
    farm.put(Bytes::from(by_hand("c1/1.png").name)).await;
    let drawing = &mut rival.clips[0].drawings[1];
    (drawing.painted, drawing.corrected) = (Some(by_hand("c1/1.png")), true);
    farm.store.beat(layout::revision(&id, 2), Bytes::from(rival.to_json().unwrap()));
    correct(&farm, &id, "c1/5.png").await;
    assert_eq!(farm.service.summary(&id).await.unwrap().revision, 3);
    let mut anew = farm.paint_all(&[]).await;
    anew.sort();
    assert_eq!(anew, ["c1/2.png", "c1/3.png", "c1/4.png", "c1/6.png"]);
    let stored = farm.store.get(&layout::revision(&id, 2)).await.unwrap();
    assert_eq!(Manifest::from_json(&stored).unwrap(), rival);
}

/// Whoever sees a version finds there what need not be painted, even if the one who wrote it is gone.
#[tokio::test]
async fn a_version_is_seen_only_with_what_was_painted_before() {
    let farm = Farm::new().await;
    let id = farm.submit(&independent()).await;
    farm.paint_all(&[]).await;
    let mut same = farm.service.record(&id).await.unwrap().manifest;
    let drawing = &mut same.clips[0].drawings[3];
    (drawing.painted, drawing.corrected) = (Some(by_hand("c1/3.png")), true);
    farm.store.beat(layout::revision(&id, 2), Bytes::from(same.to_json().unwrap()));
    assert!(!correct(&farm, &id, "c1/3.png").await.created, "somebody else was faster with the same");
    assert!(farm.paint_all(&[]).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_corrected_is_told() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    let refused = async |key: &str| farm.service.correct(&id, corrected(key)).await.unwrap_err().problem();
    assert_eq!(refused("c1/9.png").await.code, ErrorCode::NotFound);
    let missing = refused("c1/2.png").await;
    assert!(missing.code == ErrorCode::Invalid && missing.details[0].contains("upload it first"));
    farm.service.cancel(&id).await.unwrap();
    assert_eq!(refused("c1/2.png").await.code, ErrorCode::Conflict);
}
