//! Episodes come in.

use bytes::Bytes;
use common::Digest;
use common::farm::{Manifest, ModelLabel, layout};
use common::queue::JobQueue as _;
use common::store::FrameStore as _;
use scheduler::api::ErrorCode;

use super::farm::{Farm, blob, chain, independent, label, manifest};

#[tokio::test]
async fn the_same_submission_is_the_same_episode() {
    let farm = Farm::new().await;
    farm.upload(&chain()).await;
    let first = farm.service.submit(chain(), Some("t")).await.unwrap();
    assert!(first.created && first.id.as_str().len() == 21 && first.id.as_str().starts_with('e'));
    assert_eq!((first.drawings, first.jobs, first.known), (7, 3, 0));
    let again = farm.replica().submit(chain(), Some("t")).await.unwrap();
    assert!(!again.created);
    assert_eq!(again.id, first.id);
    assert_eq!(farm.queue.episodes().await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_token_finds_everything_painted() {
    let farm = Farm::new().await;
    let first = farm.submit(&chain()).await;
    assert_eq!(farm.paint_all(&[]).await.len(), 6);
    let second = farm.service.submit(chain(), Some("again")).await.unwrap();
    assert!(second.created && second.id != first);
    assert_eq!(second.known, 3);
    assert!(farm.paint_all(&[]).await.is_empty());
    assert!(farm.queue.episode(&second.id).await.unwrap().is_finished());
}

#[tokio::test]
async fn what_the_queue_lost_comes_back_with_what_is_painted() {
    let farm = Farm::new().await;
    let id = farm.submit(&chain()).await;
    let (grant, spec) = farm.claim().await.unwrap();
    farm.commit(&grant, &spec, &[]).await;
    farm.lose_queue().await;
    let again = farm.service.submit(chain(), None).await.unwrap();
    assert_eq!((again.id, again.known), (id, 1), "the queue never heard of the commit");
    assert_eq!(farm.paint_all(&[]).await, ["c1/3.png", "c1/4.png", "c1/5.png", "c1/6.png"]);
}

#[tokio::test]
async fn all_files_that_are_missing_are_told() {
    let farm = Farm::new().await;
    farm.upload(&manifest(vec![])).await;
    let error = farm.service.submit(chain(), None).await.unwrap_err().problem();
    assert_eq!(error.code, ErrorCode::Invalid);
    assert_eq!(error.details.len(), 8, "{:?}", error.details);
    assert!(error.details.iter().all(|detail| detail.contains("upload it first")));
    assert!(farm.service.all_episodes().await.unwrap().is_empty(), "nothing was written down");

    farm.upload(&chain()).await;
    let mut wrong = chain();
    wrong.clips[0].drawings[2].line.size += 1;
    let error = farm.service.submit(wrong, None).await.unwrap_err().problem();
    assert!(error.details.len() == 1 && error.details[0].contains("correct `size`"), "{:?}", error.details);
}

#[tokio::test]
async fn all_faults_of_a_manifest_are_told() {
    let farm = Farm::new().await;
    let mut bad = chain();
    bad.clips[0].drawings[1].key = "../../etc/passwd".into();
    bad.clips[0].job_drawings = Some(0);
    let error = farm.service.submit(bad, None).await.unwrap_err().problem();
    assert_eq!(error.code, ErrorCode::Invalid);
    assert!(error.details.len() >= 2, "{:?}", error.details);
}

#[tokio::test]
async fn a_model_is_pinned_by_its_label() {
    let farm = Farm::new().await;
    let mut named = independent();
    named.clips[0].model = Some("shape".into());
    let id = farm.submit(&named).await;
    let stored = farm.store.get(&layout::manifest(&id)).await.unwrap();
    let stored = Manifest::from_json(&stored).unwrap();
    assert_eq!(stored.model, label().to_string());
    assert_eq!(stored.clips[0].model, Some(label().to_string()));

    let bare = farm.without_models();
    let refused = bare.submit(independent(), Some("x")).await.unwrap_err().problem();
    assert!(refused.message.contains("there are none"), "{}", refused.message);
    farm.join("w1", vec![label()]).await;
    assert!(bare.submit(independent(), Some("x")).await.unwrap().created, "a worker has it");
    farm.join("w2", vec![ModelLabel::new("shape", &Digest::of(b"later"))]).await;
    let refused = bare.submit(independent(), Some("y")).await.unwrap_err().problem();
    assert!(refused.message.contains(&label().to_string()), "{}", refused.message);
    let id = farm.service.submit(independent(), Some("z")).await.unwrap().id;
    let pinned = Manifest::from_json(&farm.store.get(&layout::manifest(&id)).await.unwrap()).unwrap();
    assert_eq!(pinned.model, label().to_string(), "that of the scheduler's own program");
    let named = Manifest { model: label().to_string(), ..independent() };
    assert!(bare.submit(named, Some("y")).await.unwrap().created);
}

#[tokio::test]
async fn a_file_must_be_what_its_digest_says() {
    let farm = Farm::new().await;
    let (there, other) = (blob("there.png"), blob("other.png"));
    farm.put(Bytes::from("there.png")).await;
    let refused = farm.service.put_blob(&other.digest, Bytes::from("torn")).await.unwrap_err().problem();
    assert!(refused.code == ErrorCode::Invalid && refused.message.contains("send it again"));
    let asked = [there.digest, other.digest.clone()];
    assert_eq!(farm.service.missing(&asked).await.unwrap(), [other.digest]);
}

/// Two schedulers take the same episode in at once, and the other one cuts it into other jobs.
#[tokio::test]
async fn the_manifest_that_was_written_first_counts() {
    let farm = Farm::new().await;
    let mut submitted = chain();
    submitted.clips[0].job_drawings = None;
    farm.upload(&submitted).await;
    let elsewhere = Farm::new().await;
    let id = elsewhere.submit(&submitted).await;
    let mut other = submitted.clone();
    other.model = label().to_string();
    other.clips[0].job_drawings = Some(3);
    farm.store.beat(layout::manifest(&id), Bytes::from(other.to_json().unwrap()));
    let taken = farm.service.submit(submitted, None).await.unwrap();
    assert!(!taken.created);
    assert_eq!((taken.id, taken.jobs), (id, 2), "two jobs of three, as the manifest says");
}
