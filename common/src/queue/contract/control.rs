//! What people decide and ask.

use super::{Fixture, claim, commit, held, id, job, key, try_claim, with_jobs, worker};
use crate::ids::JobKey;
use crate::queue::{
    BATCH, Claim, Completion, EpisodeState, EventKind, Explanation, FailureClass, JobState, LeaseState,
    QueueError,
};

/// Nothing of a paused episode is claimed; what runs goes on, and all comes back.
pub async fn pause_and_resume(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[]), job(&[0])]).await;
    let lease = held(&claim(queue, "w1").await);
    queue.pause(&id("e1")).await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    assert_eq!(queue.explain(&key("e1.1")).await.unwrap(), Explanation::Paused);
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Done);
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    assert_eq!(queue.episode(&id("e1")).await.unwrap().state, EpisodeState::Paused);
    queue.resume(&id("e1")).await.unwrap();
    assert_eq!(claim(queue, "w1").await.key, key("e1.1"));
    assert_eq!(claim(queue, "w1").await.key, key("e1.2"));
}

/// A cancelled episode ends when its last lease ends; late results are not used.
pub async fn cancel_stops_everything(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[]), job(&[0])]).await;
    let lease = held(&claim(queue, "w1").await);
    queue.cancel(&id("e1")).await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    assert!(!queue.episode(&id("e1")).await.unwrap().is_finished());
    let states = queue.heartbeat(&worker("w1"), std::slice::from_ref(&lease)).await.unwrap();
    assert_eq!(states, [LeaseState::Cancel]);
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Cancelled);
    let status = queue.episode(&id("e1")).await.unwrap();
    assert!(status.is_finished());
    assert_eq!(status.counts.of(JobState::Cancelled), 3);
    assert!(queue.resume(&id("e1")).await.is_err());
}

/// One switch stops all claims.
pub async fn nothing_is_claimed_while_all_is_paused(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    queue.pause_all(true).await.unwrap();
    assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
    assert!(queue.counts().await.unwrap().paused);
    queue.pause_all(false).await.unwrap();
    claim(queue, "w1").await;
}

/// Dead jobs are listed with reasons, and begin anew when sent back.
pub async fn dead_jobs_are_listed_and_sent_back(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..3).map(|_| job(&[])).collect()).await;
    for reason in ["first", "second", "third"] {
        let lease = held(&claim(queue, "w1").await);
        queue.fail(&lease, FailureClass::Permanent, reason).await.unwrap();
        fixture.advance(1).await;
    }
    let dead = queue.dead(2).await.unwrap();
    let found: Vec<(&str, String)> = dead.iter().map(|d| (d.reason.as_str(), d.key.to_string())).collect();
    assert_eq!(found, [("third", "e1.2".to_owned()), ("second", "e1.1".to_owned())]);
    assert!(queue.dead(0).await.unwrap().is_empty());
    queue.requeue(&key("e1.1")).await.unwrap();
    let error = queue.requeue(&key("e1.1")).await.unwrap_err();
    assert!(error.to_string().contains("is ready; only a dead job"), "{error}");
    assert_eq!(queue.requeue_dead(&id("e1")).await.unwrap(), 2);
    assert!(queue.dead(10).await.unwrap().is_empty());
    assert_eq!(claim(queue, "w1").await.attempt, 1);
}

/// Every state has its explanation.
pub async fn everything_is_explained(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[]), job(&[0]), job(&[])]).await;
    let explain = async |text| queue.explain(&key(text)).await.unwrap();
    let lease = held(&claim(queue, "w1").await);
    queue.checkpoint(&lease, 0, "x").await.unwrap();
    fixture.advance(5_000).await;
    let running = Explanation::Running { worker: worker("w1"), attempt: 1, lease_ms: 10_000, progress: 1 };
    assert_eq!(explain("e1.0").await, running);
    assert_eq!(explain("e1.2").await, Explanation::Blocked { needs: 1 });
    assert_eq!(explain("e1.3").await, Explanation::Ready { rank: 1, workers: 1, shunned: 0 });
    queue.fail(&lease, FailureClass::Permanent, "bad").await.unwrap();
    assert_eq!(explain("e1.0").await, Explanation::Dead { reason: "bad".into() });
    let lease = held(&claim(queue, "w1").await);
    queue.fail(&lease, FailureClass::Transient, "503").await.unwrap();
    let Explanation::Delayed { wait_ms, reason } = explain("e1.1").await else { panic!("is not delayed") };
    assert!((500..=1000).contains(&wait_ms) && reason == "503", "{wait_ms} {reason}");
    let lease = held(&claim(queue, "w1").await);
    queue.complete(&lease, &commit()).await.unwrap();
    assert_eq!(explain("e1.3").await, Explanation::Done);
    queue.cancel(&id("e1")).await.unwrap();
    assert_eq!(explain("e1.2").await, Explanation::Cancelled);
    assert!(matches!(queue.explain(&key("e1.9")).await, Err(QueueError::NoJob(_))));
}

/// The counts of the queue and of its episodes are those of their jobs.
pub async fn counts_add_up(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..10).map(|_| job(&[])).collect()).await;
    let leases = [held(&claim(queue, "w1").await), held(&claim(queue, "w1").await)];
    queue.fail(&leases[0], FailureClass::Transient, "x").await.unwrap();
    fixture.advance(250).await;
    let counts = queue.counts().await.unwrap();
    let pool = &counts.pools[0];
    assert_eq!((counts.jobs, counts.pools.len()), (10, 1));
    assert_eq!((pool.ready, pool.running, pool.delayed, pool.workers), (8, 1, 1, 1));
    assert_eq!(pool.head_age_ms, 250);
    let status = queue.episode(&id("e1")).await.unwrap();
    assert_eq!(status.counts.total(), 10);
    assert_eq!(queue.episodes().await.unwrap(), [status]);
}

/// The jobs of an episode are read in order, from anywhere, in parts.
pub async fn jobs_are_listed_in_parts(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..BATCH + 2).map(|_| job(&[])).collect()).await;
    let lease = held(&claim(queue, "w1").await);
    queue.checkpoint(&lease, 0, "a0001").await.unwrap();
    let list = async |from, limit| queue.jobs(&id("e1"), from, limit).await.unwrap();
    let whole = list(0, u32::MAX).await;
    assert_eq!(whole.len(), BATCH);
    assert!((0..).zip(&whole).all(|(index, job)| job.key == JobKey { episode: id("e1"), index }));
    assert_eq!((whole[0].state, whole[0].progress, whole[1].state), (JobState::Running, 1, JobState::Ready));
    assert_eq!(whole[0], queue.job(&key("e1.0")).await.unwrap());
    assert_eq!(list(499, 2).await.iter().map(|job| job.key.index).collect::<Vec<_>>(), [499, 500]);
    assert_eq!(list(501, 9).await.len(), 1);
    assert!(
        list(0, 0).await.is_empty() && list(502, 9).await.is_empty() && list(u32::MAX, 9).await.is_empty()
    );
    assert!(matches!(queue.jobs(&id("e9"), 0, 1).await, Err(QueueError::NoEpisode(_))));
}

/// The log tells what happened, once each, from where one has read to.
pub async fn events_can_be_followed(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let first = queue.events(None, 1).await.unwrap();
    assert_eq!((first[0].kind, first[0].subject.as_str()), (EventKind::WorkerJoined, "w1"));
    let lease = held(&claim(queue, "w1").await);
    queue.complete(&lease, &commit()).await.unwrap();
    let rest = queue.events(Some(&first[0].id), 100).await.unwrap();
    let found: Vec<(EventKind, &str)> = rest.iter().map(|e| (e.kind, e.subject.as_str())).collect();
    let expected = [(EventKind::EpisodeOpened, "e1"), (EventKind::EpisodeFinished, "e1")];
    assert_eq!(found, expected);
    assert!(queue.events(Some(&rest[1].id), 100).await.unwrap().is_empty());
}
