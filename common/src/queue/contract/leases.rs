//! Leases, and what comes after them.

use super::{Fixture, claim, commit, held, id, job, key, register, state, with_jobs, worker};
use crate::queue::{
    Aftermath, Checkpointed, Claim, ClaimRequest, Completion, FailureClass, JobState, LeaseState, Policy,
};

/// A worker that lost its lease changes nothing any more, and its late completion is counted.
pub async fn a_stale_token_changes_nothing(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    register(queue, "w2").await;
    let old = held(&claim(queue, "w1").await);
    fixture.advance(Policy::default().lease_ms).await;
    queue.reap().await.unwrap();
    let new = held(&claim(queue, "w2").await);
    assert_ne!(old.token, new.token);
    assert_eq!(queue.complete(&old, &commit()).await.unwrap(), Completion::Stale);
    assert_eq!(queue.begin(&old).await.unwrap(), Checkpointed::Stale);
    assert_eq!(queue.checkpoint(&old, 0, "x").await.unwrap(), Checkpointed::Stale);
    assert_eq!(queue.release(&old).await.unwrap(), Aftermath::Stale);
    assert_eq!(queue.fail(&old, FailureClass::Permanent, "x").await.unwrap(), Aftermath::Stale);
    assert_eq!(queue.heartbeat(&worker("w1"), &[old]).await.unwrap(), [LeaseState::Lost]);
    assert_eq!(state(queue, "e1.0").await, JobState::Running);
    assert_eq!(queue.counts().await.unwrap().stale, 1);
    assert_eq!(queue.complete(&new, &commit()).await.unwrap(), Completion::Done);
}

/// A lease that is not kept ends, not before its time, and the job goes elsewhere.
pub async fn an_expired_lease_goes_to_another_worker(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    register(queue, "w2").await;
    let lease = held(&claim(queue, "w1").await);
    queue.begin(&lease).await.unwrap();
    fixture.advance(Policy::default().lease_ms - 1).await;
    assert_eq!(queue.reap().await.unwrap().lost, 0);
    fixture.advance(1).await;
    assert_eq!(queue.reap().await.unwrap().lost, 1);
    assert_eq!(queue.reap().await.unwrap().lost, 0);
    let grant = claim(queue, "w2").await;
    assert_eq!(grant.attempt, 2);
}

/// Heartbeats keep a lease as long as they come.
pub async fn a_heartbeat_keeps_a_lease(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    for _ in 0..5 {
        fixture.advance(Policy::default().lease_ms - 1).await;
        let states = queue.heartbeat(&worker("w1"), std::slice::from_ref(&lease)).await.unwrap();
        assert_eq!(states, [LeaseState::Held]);
        assert_eq!(queue.reap().await.unwrap().lost, 0);
    }
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Done);
}

/// The same completion again is answered, not counted again.
pub async fn a_repeated_completion_is_the_same(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[0]), job(&[0])]).await;
    let lease = held(&claim(queue, "w1").await);
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Done);
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Repeat);
    let counts = queue.episode(&id("e1")).await.unwrap().counts;
    assert_eq!((counts.of(JobState::Done), counts.of(JobState::Ready)), (1, 2));
    assert_eq!(queue.counts().await.unwrap().stale, 0);
}

/// One call ends a job and brings the next; told again after a lost reply, it does neither twice.
pub async fn a_completion_brings_the_next_job(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[0]), job(&[1])]).await;
    let request =
        ClaimRequest { worker: worker("w1"), pools: vec!["gpu".parse().unwrap()], warm: Vec::new() };
    let first = held(&claim(queue, "w1").await);
    let (completion, next) = queue.complete_and_claim(&first, &commit(), &request).await.unwrap();
    let Claim::Granted(second) = next else { panic!("the next job of the chain is free: {next:?}") };
    assert_eq!((completion, second.key.index), (Completion::Done, 1));
    // Somebody who comes late still gets work.
    let (completion, next) = queue.complete_and_claim(&first, &commit(), &request).await.unwrap();
    assert_eq!((completion, next), (Completion::Repeat, Claim::Nothing));
    let (completion, next) = queue.complete_and_claim(&held(&second), &commit(), &request).await.unwrap();
    assert!(matches!((completion, next), (Completion::Done, Claim::Granted(_))));
}

/// What an attempt has recorded is there for the next one.
pub async fn checkpoints_survive_the_attempt(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    for (position, content) in ["a0001 9f", "a0002 3c"].iter().enumerate() {
        let done = queue.checkpoint(&lease, position as u32, content).await.unwrap();
        assert_eq!(done, Checkpointed::Recorded);
    }
    // A repeat changes nothing, a gap is refused.
    assert_eq!(queue.checkpoint(&lease, 0, "other").await.unwrap(), Checkpointed::Recorded);
    assert!(queue.checkpoint(&lease, 3, "x").await.is_err());
    fixture.advance(Policy::default().lease_ms).await;
    queue.reap().await.unwrap();
    register(queue, "w2").await;
    let grant = claim(queue, "w2").await;
    assert_eq!(grant.checkpoints, ["a0001 9f", "a0002 3c"]);
    assert_eq!(queue.checkpoint(&held(&grant), 2, "a0003 11").await.unwrap(), Checkpointed::Recorded);
    assert_eq!(queue.job(&key("e1.0")).await.unwrap().progress, 3);
}

/// A released job goes on elsewhere at once, with the same attempt.
pub async fn a_released_job_is_not_charged(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    assert_eq!(queue.release(&lease).await.unwrap(), Aftermath::Requeued);
    let grant = claim(queue, "w1").await;
    assert_eq!((grant.key, grant.attempt), (key("e1.0"), 1));
}

/// After a stall of the queue itself, leases and workers get their time again.
pub async fn a_stall_costs_no_lease(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    fixture.advance(10 * Policy::default().lease_ms).await;
    assert_eq!(queue.extend_leases().await.unwrap(), 1);
    let reaped = queue.reap().await.unwrap();
    assert_eq!((reaped.lost, reaped.ghosts), (0, 0));
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Done);
}
