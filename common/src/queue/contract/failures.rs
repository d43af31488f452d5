//! Attempts that fail.

use super::{
    Fixture, claim, commit, episode, held, id, job, key, register, state, try_claim, with_jobs, worker,
};
use crate::queue::{
    Aftermath, Checkpointed, Claim, ClaimRequest, EventKind, Explanation, FailureClass, JobState, Policy,
};

/// A job that loses worker after worker is not given to a fourth.
pub async fn a_job_that_kills_workers_dies(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    for name in ["w1", "w2", "w3"] {
        register(queue, name).await;
        let lease = held(&claim(queue, name).await);
        assert_eq!(queue.begin(&lease).await.unwrap(), Checkpointed::Recorded);
        lose(fixture).await;
    }
    let job = queue.job(&key("e1.0")).await.unwrap();
    assert_eq!(job.state, JobState::Dead);
    assert_eq!(job.note, "3 workers were lost with it, the last w3");
}

/// A job that a lost worker only held ahead is not charged for it, nor is the worker.
pub async fn what_was_not_begun_is_not_charged(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    for _ in 0..=Policy::default().max_lost {
        // The same worker gets it again at once: it has failed nothing.
        assert_eq!(claim(queue, "w1").await.attempt, 1);
        lose(fixture).await;
        register(queue, "w1").await;
    }
    let log = queue.events(None, 100).await.unwrap();
    let lost = log.iter().filter(|event| event.kind == EventKind::JobLost).count();
    assert_eq!(lost, 1 + Policy::default().max_lost as usize);
    assert_eq!(queue.job(&key("e1.0")).await.unwrap().attempt, 0);
}

/// Begun is the attempt, not the job: the next one begins anew. Repeated or late, the call changes nothing.
pub async fn every_attempt_begins_for_itself(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    register(queue, "w2").await;
    let first = held(&claim(queue, "w1").await);
    for _ in 0..2 {
        assert_eq!(queue.begin(&first).await.unwrap(), Checkpointed::Recorded);
    }
    lose(fixture).await;
    assert_eq!(claim(queue, "w2").await.attempt, 2);
    assert_eq!(queue.begin(&first).await.unwrap(), Checkpointed::Stale);
    lose(fixture).await;
    let job = queue.job(&key("e1.0")).await.unwrap();
    assert_eq!((job.state, job.attempt), (JobState::Ready, 1));
}

/// A checkpoint tells that the attempt has begun, and so does attaching again.
pub async fn a_checkpoint_or_an_attachment_begins(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    queue.checkpoint(&lease, 0, "a0001").await.unwrap();
    let attached = queue.reattach(&worker("w1"), &key("e1.1")).await.unwrap();
    assert!(matches!(attached, Claim::Granted(_)), "{attached:?}");
    lose(fixture).await;
    for text in ["e1.0", "e1.1"] {
        assert_eq!(queue.job(&key(text)).await.unwrap().attempt, 1, "{text}");
    }
}

/// A job that goes on, however slowly, is not what kills its workers.
pub async fn progress_clears_suspicion(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let most = Policy::default().max_lost;
    for position in 0..2 * most {
        let name = format!("w{}", 1 + position);
        register(queue, &name).await;
        let lease = held(&claim(queue, &name).await);
        queue.begin(&lease).await.unwrap();
        queue.checkpoint(&lease, position, "a drawing").await.unwrap();
        lose(fixture).await;
    }
    // A repeated checkpoint is no progress. The loss before it is the first of those in a row.
    for n in 1..most {
        assert_eq!(state(queue, "e1.0").await, JobState::Ready, "{n}");
        let name = format!("v{n}");
        register(queue, &name).await;
        let lease = held(&claim(queue, &name).await);
        queue.checkpoint(&lease, 0, "a drawing").await.unwrap();
        queue.begin(&lease).await.unwrap();
        lose(fixture).await;
    }
    assert_eq!(state(queue, "e1.0").await, JobState::Dead);
}

/// Nobody keeps a lease.
async fn lose(fixture: &dyn Fixture) {
    fixture.advance(Policy::default().lease_ms).await;
    assert_ne!(fixture.queue().reap().await.unwrap().lost, 0);
}

/// A transient failure costs a wait, which ends by itself.
pub async fn a_transient_failure_comes_back(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    register(queue, "w2").await;
    let lease = held(&claim(queue, "w1").await);
    assert_eq!(queue.fail(&lease, FailureClass::Transient, "store: 503").await.unwrap(), Aftermath::Delayed);
    assert_eq!(try_claim(queue, "w2").await, Claim::Nothing);
    fixture.advance(Policy::default().backoff_ms).await;
    queue.reap().await.unwrap();
    assert_eq!(claim(queue, "w2").await.attempt, 2);
}

/// Transient failures do not go on for ever.
pub async fn attempts_come_to_an_end(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let policy = Policy::default();
    for attempt in 1..=policy.max_attempts {
        let grant = claim(queue, "w1").await;
        assert_eq!(grant.attempt, attempt);
        let after = queue.fail(&held(&grant), FailureClass::Transient, "no route").await.unwrap();
        assert_eq!(after == Aftermath::Dead, attempt == policy.max_attempts, "attempt {attempt}");
        fixture.advance(policy.backoff_cap_ms).await;
        // After the wait the job waits for another worker, until it has waited long enough.
        queue.reap().await.unwrap();
        fixture.advance(policy.patience_ms).await;
        register(queue, "w1").await;
    }
    assert_eq!(queue.dead(10).await.unwrap()[0].reason, "no route");
}

/// A job that needs more memory moves to another pool, uncharged.
pub async fn want_of_memory_is_not_charged(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    let class = FailureClass::Resource { pool: Some("big".parse().unwrap()) };
    assert_eq!(queue.fail(&lease, class, "out of memory").await.unwrap(), Aftermath::Delayed);
    let job = queue.job(&key("e1.0")).await.unwrap();
    assert_eq!((job.pool.as_str(), job.attempt), ("big", 0));
    fixture.advance(Policy::default().backoff_ms).await;
    queue.reap().await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    let request =
        ClaimRequest { worker: worker("w1"), pools: vec!["big".parse().unwrap()], warm: Vec::new() };
    assert!(matches!(queue.claim(&request).await.unwrap(), Claim::Granted(_)));
}

/// Bad input is not tried again; what depends on it waits.
pub async fn a_permanent_failure_is_final(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[0])]).await;
    let lease = held(&claim(queue, "w1").await);
    let reason = "a0001.tga: not an image";
    assert_eq!(queue.fail(&lease, FailureClass::Permanent, reason).await.unwrap(), Aftermath::Dead);
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    let status = queue.episode(&id("e1")).await.unwrap();
    assert!(status.is_halted() && !status.is_finished());
}

/// A worker that failed a job gets it again only if no other took it for a while.
pub async fn a_failed_job_goes_to_another_worker_first(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let policy = Policy::default();
    let lease = held(&claim(queue, "w1").await);
    queue.fail(&lease, FailureClass::Transient, "x").await.unwrap();
    fixture.advance(policy.backoff_ms).await;
    queue.reap().await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    let expected = Explanation::Ready { rank: 0, workers: 1, shunned: 1 };
    assert_eq!(queue.explain(&key("e1.0")).await.unwrap(), expected);
    fixture.advance(policy.patience_ms).await;
    assert_eq!(claim(queue, "w1").await.attempt, 2);
}

/// A worker that fails what others finish gets nothing more for a while.
pub async fn a_bad_worker_is_blocked(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..5).map(|_| job(&[])).collect()).await;
    let policy = Policy::default();
    register(queue, "w2").await;
    for _ in 0..policy.max_blame {
        let lease = held(&claim(queue, "w1").await);
        queue.fail(&lease, FailureClass::Transient, "bad disk").await.unwrap();
    }
    fixture.advance(policy.backoff_ms).await;
    queue.reap().await.unwrap();
    for _ in 0..5 {
        let lease = held(&claim(queue, "w2").await);
        queue.complete(&lease, &commit()).await.unwrap();
    }
    queue.submit(episode("e2"), vec![job(&[])]).await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    let workers = queue.workers().await.unwrap();
    assert!(workers[0].blocked_until_ms > 0 && workers[1].blocked_until_ms == 0);
    queue.forgive(&worker("w1")).await.unwrap();
    assert_eq!(claim(queue, "w1").await.key, key("e2.0"));
}
