//! Workers come and go.

use super::{Fixture, claim, held, job, register, state, try_claim, with_jobs, worker};
use crate::queue::{Claim, ClaimRequest, JobState, LeaseState, NewWorker, Policy, QueueError, WorkerState};

/// The second process of one name is told so; the first may register again, and say something else of itself.
pub async fn two_workers_cannot_share_a_name(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let again = |nonce: &str| NewWorker {
        id: worker("w1"),
        nonce: nonce.into(),
        pools: vec!["gpu".parse().unwrap()],
        info: format!("of {nonce}"),
    };
    queue.register(again("n1")).await.unwrap();
    assert_eq!(queue.workers().await.unwrap()[0].info, "of n1");
    let error = queue.register(again("n2")).await.unwrap_err();
    assert!(matches!(error, QueueError::NameTaken(_)), "{error}");
    queue.deregister(&worker("w1")).await.unwrap();
    queue.register(again("n2")).await.unwrap();
}

/// A worker that is not on the list must register before anything else.
pub async fn an_unknown_worker_is_told(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let request =
        ClaimRequest { worker: worker("w9"), pools: vec!["gpu".parse().unwrap()], warm: Vec::new() };
    assert!(matches!(queue.claim(&request).await, Err(QueueError::NoWorker(_))));
    assert!(matches!(queue.heartbeat(&worker("w9"), &[]).await, Err(QueueError::NoWorker(_))));
    assert!(matches!(queue.drain(&worker("w9")).await, Err(QueueError::NoWorker(_))));
    queue.deregister(&worker("w9")).await.unwrap();
}

/// A draining worker keeps what it has until it gives it back, and leaves nothing behind.
pub async fn a_draining_worker_gets_no_more(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    queue.drain(&worker("w1")).await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Draining);
    let states = queue.heartbeat(&worker("w1"), std::slice::from_ref(&lease)).await.unwrap();
    assert_eq!(states, [LeaseState::Preempt]);
    assert_eq!(queue.workers().await.unwrap()[0].state, WorkerState::Draining);
    queue.deregister(&worker("w1")).await.unwrap();
    assert_eq!(state(queue, "e1.0").await, JobState::Ready);
    assert!(queue.workers().await.unwrap().is_empty());
}

/// A worker that is not heard for a while is not listed any more.
pub async fn a_silent_worker_is_removed(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    fixture.advance(4 * Policy::default().lease_ms).await;
    register(queue, "w2").await;
    assert_eq!(queue.reap().await.unwrap().ghosts, 0);
    fixture.advance(1).await;
    assert_eq!(queue.reap().await.unwrap().ghosts, 1);
    assert_eq!(queue.workers().await.unwrap()[0].id, worker("w2"));
}
