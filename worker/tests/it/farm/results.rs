//! What a worker paints.

use std::sync::Arc;

use common::farm::{Commit, Format, OutputFormat, layout};
use common::queue::{JobQueue as _, JobState, Token};
use worker::engine::ShapeEngine;
use worker::farm::End;

use super::engine::Watched;
use super::field::{Field, cut, key, picture};

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_in_one_job_has_the_bytes_of_the_pipeline() {
    let field = Field::new().await;
    let spec = field.spec(true, 4).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let worker = field.start("w1", Arc::new(ShapeEngine));
    let status = field.done(0).await;
    assert_eq!(worker.stop().await, End::Drained);
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
    let commit = field.commit(&jobs[0]).await;
    assert_eq!(common::Digest::of(&commit.to_json().unwrap().1).to_string(), status.note);
    assert_eq!((commit.drawings.len(), commit.failed.len(), commit.unusable.len()), (4, 0, 0));
    assert!(field.queue.workers().await.unwrap().is_empty(), "it has left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_in_many_jobs_has_the_same_bytes_whoever_paints_them() {
    let field = Field::new().await;
    let mut whole = field.spec(true, 7).await;
    whole.output = OutputFormat::Tga;
    // The second job paints nothing: the third goes on from the first.
    for i in [2, 3] {
        whole.targets[i].line = field.blob(&format!("{i}.png"), vec![i as u8; 50]).await;
    }
    let specs = cut(&whole, 2);
    let jobs = field.submit(&specs).await;
    let engines = [(); 2].map(|()| Watched::new(|_| Ok(())));
    let workers = [0, 1]
        .map(|i| field.start(&format!("w{i}"), Arc::clone(&engines[i]) as Arc<dyn worker::engine::Engine>));
    field.done(3).await;
    for worker in workers {
        assert_eq!(worker.stop().await, End::Drained);
    }
    assert_eq!(field.results(&jobs).await, field.expected(&whole));
    let second = field.commit(&jobs[1]).await;
    assert_eq!((second.drawings.len(), second.failed.len()), (0, 2));
    assert!(second.failed[0].error.contains("PNG"), "{:?}", second.failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_are_embedded_once_for_all_jobs() {
    let field = Field::new().await;
    let whole = field.spec(false, 6).await;
    let specs: Vec<_> =
        cut(&whole, 2).into_iter().map(|spec| common::farm::JobSpec { continues: None, ..spec }).collect();
    let jobs = field.submit(&specs).await;
    let engine = Watched::new(|_| Ok(()));
    let worker = field.start("w1", engine.clone());
    for index in 0..3 {
        field.done(index).await;
    }
    worker.stop().await;
    assert_eq!(engine.embeds(), 6 + 2);
    assert_eq!(field.results(&jobs).await, field.expected(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_is_told_in_the_commit() {
    let field = Field::new().await;
    let mut spec = field.spec(true, 3).await;
    spec.targets[1].line = field.blob("torn.png", picture(40, cel::Rgba::EMPTY)[..80].to_vec()).await;
    spec.sheets[0].painted = field.blob("sheet.png", b"no picture".to_vec()).await;
    let jobs = field.submit(std::slice::from_ref(&spec)).await;
    let worker = field.start("w1", Arc::new(ShapeEngine));
    field.done(0).await;
    worker.stop().await;
    let commit = field.commit(&jobs[0]).await;
    let keys: Vec<_> = commit.drawings.iter().map(|drawing| drawing.key.as_str()).collect();
    assert_eq!(keys, ["c1/0.png", "c1/2.png"]);
    assert_eq!((commit.failed.len(), commit.failed[0].key.as_str()), (1, "c1/1.png"));
    assert_eq!((commit.unusable.len(), commit.unusable[0].name.as_str()), (1, "sheet"));
    let paths = commit.failed.iter().map(|f| &f.error).chain(commit.unusable.iter().map(|u| &u.error));
    assert!(paths.into_iter().all(|error| !error.contains(field.folder.path().to_str().unwrap())));
    assert_eq!(field.results(&jobs).await, field.expected(&spec));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_committed_is_not_painted() {
    let field = Field::new().await;
    let spec = field.spec(true, 2).await;
    let (id, _) = spec.to_json().unwrap();
    let commit = Commit {
        format: Format,
        job: id.clone(),
        episode: "other".parse().unwrap(),
        token: Token("1:x".into()),
        worker: "w0".parse().unwrap(),
        drawings: Vec::new(),
        failed: Vec::new(),
        unusable: Vec::new(),
        pace: None,
    };
    let (digest, bytes) = commit.to_json().unwrap();
    field.store.put(&layout::commit(&id), bytes.into()).await.unwrap();
    field.submit(&[spec]).await;
    let engine = Watched::new(|_| Ok(()));
    let worker = field.start("w1", engine.clone());
    assert_eq!(field.done(0).await.note, digest.to_string());
    worker.stop().await;
    assert_eq!((engine.embeds(), field.objects("out/").await.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_never_work_dies_with_its_reason() {
    for (damage, part) in [(None, "was it written here"), (Some(&b"other"[..]), "not what its name promises")]
    {
        let field = Field::new().await;
        let spec = field.spec(true, 2).await;
        let blob = layout::blob(&spec.targets[1].line.digest);
        match damage {
            Some(bytes) => drop(field.store.put(&blob, bytes.into()).await.unwrap()),
            None => field.store.delete(&blob).await.unwrap(),
        }
        field.submit(&[spec]).await;
        let worker = field.start("w1", Arc::new(ShapeEngine));
        let status = field.wait(&key(0), |status| status.state == JobState::Dead).await;
        worker.stop().await;
        assert!([part, "1.png", "requeue"].iter().all(|part| status.note.contains(part)), "{}", status.note);
    }
}
