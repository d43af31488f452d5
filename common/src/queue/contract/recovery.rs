//! When memory is lost.

use super::{Fixture, claim, commit, episode, held, id, job, key, register, with_jobs, worker};
use crate::queue::{Claim, Completion, FailureClass, MAX_LEAD_MS, QueueError};

/// A commit in the store ends a job, whoever has it, and frees those that wait.
pub async fn a_commit_found_later_counts(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[0])]).await;
    let lease = held(&claim(queue, "w1").await);
    assert_eq!(queue.record_commit(&key("e1.0"), &commit()).await.unwrap(), Completion::Done);
    assert_eq!(queue.record_commit(&key("e1.0"), &commit()).await.unwrap(), Completion::Repeat);
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Repeat);
    assert_eq!(claim(queue, "w1").await.key, key("e1.1"));
}

/// Who works in an epoch that is over is told, and nothing of it counts.
pub async fn a_new_epoch_shuts_out_the_old(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[])]).await;
    let lease = held(&claim(queue, "w1").await);
    let leader = fixture.another().await;
    let epoch = leader.join().await.unwrap();
    leader.reset(epoch + 1).await.unwrap();
    assert!(matches!(leader.reset(epoch + 1).await, Err(QueueError::Epoch { .. })));
    match queue.complete(&lease, &commit()).await {
        Err(QueueError::Epoch { ours, current }) => assert_eq!((ours, current), (epoch, Some(epoch + 1))),
        other => panic!("the old epoch is over, but: {other:?}"),
    }
    leader.submit(episode("e1"), vec![job(&[])]).await.unwrap();
    assert_eq!(queue.join().await.unwrap(), epoch + 1);
    assert_eq!(queue.complete(&lease, &commit()).await.unwrap(), Completion::Stale);
    assert_eq!(queue.pulse().await.unwrap().epoch, Some(epoch + 1));
}

/// A worker that ran a job when the queue lost its memory gets the same job again, if nobody has it.
pub async fn a_running_job_is_attached_again(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[0])]).await;
    register(queue, "w2").await;
    let Claim::Granted(grant) = queue.reattach(&worker("w1"), &key("e1.0")).await.unwrap() else {
        panic!("nobody had it");
    };
    assert_eq!(queue.reattach(&worker("w2"), &key("e1.0")).await.unwrap(), Claim::Nothing);
    assert_eq!(queue.reattach(&worker("w2"), &key("e1.1")).await.unwrap(), Claim::Nothing);
    assert!(matches!(queue.reattach(&worker("w2"), &key("e9.0")).await, Err(QueueError::NoJob(_))));
    assert_eq!(queue.complete(&held(&grant), &commit()).await.unwrap(), Completion::Done);
}

/// One leads at a time, until it is not heard for as long as it asked for; nobody does after a reset.
pub async fn one_leads_at_a_time(fixture: &dyn Fixture) {
    let queue = fixture.queue();
    let lead = async |who: &str, for_ms| queue.lead(who, for_ms).await.unwrap();
    assert!(lead("s1", 5_000).await);
    assert!(!lead("s2", 5_000).await);
    fixture.advance(4_999).await;
    assert!(!lead("s2", 5_000).await);
    // Asked again, it leads for as long from now, and not for what was left.
    assert!(lead("s1", 5_000).await);
    fixture.advance(4_999).await;
    assert!(!lead("s2", 5_000).await);
    fixture.advance(1).await;
    assert!(lead("s2", 60_000).await);
    assert!(!lead("s1", 5_000).await);
    assert!(lead("s2", 0).await && lead("s1", 60_000).await);
    let epoch = queue.join().await.unwrap();
    let other = fixture.another().await;
    other.reset(epoch + 1).await.unwrap();
    assert!(other.lead("s3", 5_000).await.unwrap());
    // Who has not heard of the new epoch may ask, too.
    assert!(!lead("s1", 5_000).await);
}

/// Who cannot lead is told.
pub async fn leaders_have_names_of_workers(fixture: &dyn Fixture) {
    let queue = fixture.queue();
    assert!(queue.lead(&"s".repeat(96), MAX_LEAD_MS).await.unwrap());
    for bad in ["", "S1", "a b", "#leader", &"s".repeat(97)] {
        let error = queue.lead(bad, 1).await.unwrap_err().to_string();
        assert!(error.contains("1 to 96 lower-case letters"), "{error}");
    }
    let error = queue.lead("s1", MAX_LEAD_MS + 1).await.unwrap_err().to_string();
    assert!(error.contains("600001 ms; at most 600000"), "{error}");
}

/// An audit of a queue in order finds nothing and changes nothing.
pub async fn an_audit_of_what_agrees_finds_nothing(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[]), job(&[0]), job(&[]), job(&[1, 2])]).await;
    let lease = held(&claim(queue, "w1").await);
    queue.complete(&lease, &commit()).await.unwrap();
    claim(queue, "w1").await;
    let lease = held(&claim(queue, "w1").await);
    queue.fail(&lease, FailureClass::Transient, "x").await.unwrap();
    let before = queue.episode(&id("e1")).await.unwrap();
    assert_eq!(queue.audit(&id("e1")).await.unwrap(), 0);
    assert_eq!(queue.episode(&id("e1")).await.unwrap(), before);
}
