//! What is told of episodes.

use bytes::Bytes;
use common::Mode;
use common::farm::{Finished, Format, layout};
use common::queue::{Explanation, JobQueue as _};
use common::store::FrameStore as _;
use scheduler::api::{DrawingState, ErrorCode, Phase};

use super::farm::{Farm, chain, clip, held, independent, manifest};

#[tokio::test]
async fn drawings_are_counted_as_they_are_painted() {
    let farm = Farm::new().await;
    let clips = vec![clip("c1", Mode::PreviousFrame, 7, 2), clip("c2", Mode::FirstFrame, 3, 2)];
    let id = farm.submit(&manifest(clips)).await;
    let (grant, spec) = farm.claim().await.unwrap();
    farm.queue.checkpoint(&held(&grant), 0, "{}").await.unwrap();
    let first = spec.targets[0].key.clone();
    let view = farm.service.episode(&id).await.unwrap();
    let counts = view.summary.drawings;
    assert_eq!((counts.total, counts.given, counts.painted, counts.left), (10, 2, 1, 7));
    assert_eq!(view.summary.jobs.running, 1);
    let clip = view.clips.iter().find(|clip| first.starts_with(&clip.name)).unwrap();
    assert_eq!(clip.drawings.painted, 1);
    assert_eq!(view.clips.iter().map(|clip| clip.drawings.total).sum::<u32>(), 10);

    let commit = farm.commit(&grant, &spec, &[&first]).await;
    farm.queue.complete(&held(&grant), &commit).await.unwrap();
    let counts = farm.service.summary(&id).await.unwrap().drawings;
    assert_eq!((counts.painted, counts.failed), (1, 1));
}

/// A submission that finds everything painted says nothing of how fast the farm is.
#[tokio::test]
async fn what_was_painted_before_does_not_count_as_speed() {
    let farm = Farm::new().await;
    farm.submit(&independent()).await;
    farm.paint_all(&[]).await;
    let mut more = independent();
    more.clips.push(clip("c2", Mode::FirstFrame, 3, 2));
    let id = farm.submit(&more).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let summary = farm.service.summary(&id).await.unwrap();
    assert_eq!((summary.drawings.painted, summary.drawings.left), (6, 2));
    assert_eq!((summary.drawings_per_second, summary.eta_seconds), (None, None));
    farm.claim().await.unwrap();
    let (grant, spec) = {
        farm.queue.deregister(&"painter".parse().unwrap()).await.unwrap();
        farm.claim().await.unwrap()
    };
    let commit = farm.commit(&grant, &spec, &[]).await;
    farm.queue.complete(&held(&grant), &commit).await.unwrap();
    assert!(farm.service.summary(&id).await.unwrap().drawings_per_second.is_some());
}

#[tokio::test]
async fn an_episode_that_the_queue_has_forgotten_is_still_told() {
    let farm = Farm::new().await;
    let id = farm.submit(&independent()).await;
    farm.paint_all(&["c1/4.png"]).await;
    let finished = Finished { format: Format, revision: 1, painted: 5, given: 1, failed: 1, at_ms: 1 };
    farm.store.put(&layout::finished(&id), Bytes::from(finished.to_json().unwrap())).await.unwrap();
    farm.queue.forget(&id).await.unwrap();
    let replica = farm.replica();
    let summary = replica.summary(&id).await.unwrap();
    assert_eq!((summary.state, summary.jobs.done, summary.created_ms), (Phase::Incomplete, 4, None));
    assert_eq!((summary.drawings.painted, summary.drawings.failed), (5, 1));
    let drawings = replica.drawings(&id, None, 100).await.unwrap().drawings;
    assert_eq!(drawings[4].state, DrawingState::Failed);
    assert_eq!(drawings[5].state, DrawingState::Painted);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    let (mut after, mut keys) = (None, Vec::new());
    loop {
        let page = farm.service.drawings(&id, after.as_deref(), 3).await.unwrap();
        keys.extend(page.drawings.into_iter().map(|drawing| drawing.key));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (0..7).map(|i| format!("c1/{i}.png")).collect();
    assert_eq!(keys, expected);

    let first = farm.service.jobs(&id, None, 2).await.unwrap();
    assert_eq!((first.jobs.len(), first.next.as_deref()), (2, Some("1")));
    let rest = farm.service.jobs(&id, first.next.as_deref(), 2).await.unwrap();
    assert_eq!((rest.jobs.len(), rest.next), (1, None));
    let bad = farm.service.jobs(&id, Some("x"), 2).await.unwrap_err().problem();
    assert_eq!(bad.code, ErrorCode::Invalid);
}

#[tokio::test]
async fn a_job_says_why_it_waits_and_what_it_paints() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    let job = farm.service.job(&format!("{id}.1").parse().unwrap()).await.unwrap();
    assert_eq!(job.explanation, Explanation::Blocked { needs: 1 });
    assert_eq!(job.targets, ["c1/3.png", "c1/4.png"]);
    assert!(job.references[0].contains("c1/0"), "{:?}", job.references);
    let none = farm.service.job(&format!("{id}.9").parse().unwrap()).await.unwrap_err().problem();
    assert_eq!(none.code, ErrorCode::NotFound);
}

#[tokio::test]
async fn one_damaged_episode_does_not_hide_the_others() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    let damaged = "e0".parse().unwrap();
    farm.store.put(&layout::manifest(&damaged), Bytes::from("{")).await.unwrap();
    let listed = farm.service.summaries().await.unwrap().episodes;
    assert_eq!(listed.iter().map(|summary| &summary.id).collect::<Vec<_>>(), [&id]);
    let told = farm.service.summary(&damaged).await.unwrap_err().problem();
    assert_eq!(told.code, ErrorCode::Internal);
}

#[tokio::test]
async fn published_files_are_listed_and_read() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    assert!(farm.service.files(&id, None, 100).await.unwrap().files.is_empty());
    for name in ["c1/1.png", "c1/1.segments.json", "c1/0.png"] {
        farm.store.put(&layout::published(&id, name), Bytes::from(name)).await.unwrap();
    }
    let (mut after, mut names) = (None, Vec::new());
    loop {
        let page = farm.service.files(&id, after.as_deref(), 2).await.unwrap();
        names.extend(page.files.into_iter().map(|file| file.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["c1/0.png", "c1/1.png", "c1/1.segments.json"]);
    assert_eq!(farm.service.file(&id, "c1/1.png").await.unwrap(), "c1/1.png");
    for absent in ["c1/2.png", "../../epoch.json", ""] {
        assert_eq!(farm.service.file(&id, absent).await.unwrap_err().problem().code, ErrorCode::NotFound);
    }
}
