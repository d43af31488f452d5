//! Stores and engines that fail.

use std::sync::Arc;

use common::queue::{JobQueue, JobState};
use common::store::{Faults, FlakyStore, FsStore};
use worker::engine::ShapeEngine;
use worker::farm::End;

use super::engine::{Watched, broken};
use super::field::{FIRST, Field, cut, key};

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_changes_nothing_of_the_results() {
    let field = Field::new().await;
    let whole = field.spec(true, 8).await;
    let specs = cut(&whole, 3);
    let jobs = field.submit(&specs).await;
    let mut flaky = Vec::new();
    for seed in [1, 2] {
        let inner = FsStore::open(field.folder.path().join("store")).await.unwrap();
        let faults = Faults { seed, errors: 0.3, torn: 0.2, ..Faults::default() };
        flaky.push(Arc::new(FlakyStore::new(inner, faults)));
    }
    let start = |i: usize| {
        field.start_with(&format!("w{i}"), Arc::new(ShapeEngine), flaky[i].clone(), |options| {
            options.concurrency = 2;
        })
    };
    let workers = [start(0), start(1)];
    field.done(jobs.len() as u32 - 1).await;
    for worker in workers {
        assert_eq!(worker.stop().await, End::Drained);
    }
    assert!(flaky.iter().map(|store| store.injected()).sum::<u64>() > 10);
    assert_eq!(field.results(&jobs).await, field.expected(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn want_of_memory_is_not_charged() {
    let field = Field::new().await;
    field.submit(&[field.spec(true, 2).await]).await;
    let engine = Watched::new(|width| match width {
        FIRST => Err(broken("CUDA_ERROR_OUT_OF_MEMORY: out of memory")),
        _ => Ok(()),
    });
    let worker = field.start("w1", engine);
    let status = field.wait(&key(0), |status| status.state == JobState::Dead).await;
    assert_eq!(worker.stop().await, End::Drained, "the worker itself is well");
    assert!(status.note.contains("c1/0.png") && status.note.contains("out of memory"), "{}", status.note);
    assert_eq!(status.attempt, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_that_an_engine_fails_on_again_and_again_is_a_bad_drawing() {
    let field = Field::new().await;
    let jobs = field.submit(&[field.spec(true, 3).await]).await;
    let engine = Watched::new(|width| match width {
        width if width == FIRST + 1 => Err(broken("shape mismatch")),
        _ => Ok(()),
    });
    let worker = field.start("w1", engine);
    field.done(0).await;
    worker.stop().await;
    let commit = field.commit(&jobs[0]).await;
    assert_eq!((commit.drawings.len(), commit.failed.len()), (2, 1));
    assert!(commit.failed[0].error.contains("shape mismatch"), "{:?}", commit.failed);
    assert!(field.queue.dead(10).await.unwrap().is_empty());
}
