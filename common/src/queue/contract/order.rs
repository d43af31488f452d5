//! Who goes first.

use std::time::Duration;

use super::{Fixture, claim, episode, id, job, key, register, try_claim, with_jobs, worker};
use crate::ids::Pool;
use crate::queue::{Affinity, Claim, ClaimRequest, Explanation, JobState, NewEpisode, NewJob, Priority};

/// Within an episode jobs are claimed in the order of the plan.
pub async fn claims_follow_tags(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[]), job(&[])]).await;
    for index in 0..3 {
        assert_eq!(claim(queue, "w1").await.key.index, index);
    }
}

/// Four jobs of high priority for one of normal, also when the normal ones came first.
pub async fn shares_follow_priorities(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..40).map(|_| job(&[])).collect()).await;
    let urgent = NewEpisode { priority: Priority::High, user: "jun".parse().unwrap(), ..episode("e2") };
    queue.submit(urgent, (0..40).map(|_| job(&[])).collect()).await.unwrap();
    let mut high = 0;
    for _ in 0..40 {
        high += u32::from(claim(queue, "w1").await.key.episode == id("e2"));
    }
    assert!((31..=33).contains(&high), "{high} of 40 jobs were of high priority");
}

/// A new priority counts for jobs that are already ready.
pub async fn a_new_priority_moves_ready_jobs(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..20).map(|_| job(&[])).collect()).await;
    let other = NewEpisode { user: "jun".parse().unwrap(), ..episode("e2") };
    queue.submit(other, (0..20).map(|_| job(&[])).collect()).await.unwrap();
    queue.set_priority(&id("e2"), Priority::Urgent).await.unwrap();
    for _ in 0..15 {
        assert_eq!(claim(queue, "w1").await.key.episode, id("e2"));
    }
    assert_eq!(queue.episode(&id("e2")).await.unwrap().priority, Priority::Urgent);
}

/// Among the first jobs one is preferred whose references the worker holds.
pub async fn warm_references_go_first(fixture: &dyn Fixture) {
    let mut jobs: Vec<NewJob> = (0..10).map(|_| job(&[])).collect();
    jobs[7].affinity = Affinity::of("sheet");
    let queue = with_jobs(fixture, jobs).await;
    let warm = ClaimRequest {
        worker: worker("w1"),
        pools: vec!["gpu".parse().unwrap()],
        warm: vec![Affinity::of("sheet")],
    };
    let Claim::Granted(grant) = queue.claim(&warm).await.unwrap() else { panic!("nothing was granted") };
    assert_eq!(grant.key, key("e1.7"));
    assert_eq!(claim(queue, "w1").await.key, key("e1.0"));
}

/// An idle worker hears of a job that becomes ready.
pub async fn a_listener_is_woken(fixture: &dyn Fixture) {
    let queue = fixture.queue();
    register(queue, "w1").await;
    // Long enough for a first answer of the listening connection; a missed ring would cost the whole wait.
    let listener = queue.listen(&["gpu".parse().unwrap()]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let other = fixture.another().await;
    other.join().await.unwrap();
    let waiting = listener.wait(Duration::from_secs(60));
    let (woken, submitted) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(20), waiting),
        other.submit(episode("e1"), vec![job(&[])])
    );
    submitted.unwrap();
    woken.unwrap();
    claim(queue, "w1").await;
}

/// The jobs of a pool and of its lanes stand in one order: a worker that serves both takes turns by priority, and one that
/// serves the pool alone never gets what lies in a lane.
pub async fn lanes_share_one_order(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..40).map(|_| job(&[])).collect()).await;
    let lane: Pool = "gpu-f2".parse().unwrap();
    let urgent = NewEpisode { priority: Priority::High, user: "jun".parse().unwrap(), ..episode("e2") };
    let later = || NewJob { pool: lane.clone(), ..job(&[]) };
    queue.submit(urgent, (0..40).map(|_| later()).collect()).await.unwrap();
    let serve = |pools: Vec<Pool>| ClaimRequest { worker: worker("w1"), pools, warm: Vec::new() };
    let both = serve(vec!["gpu".parse().unwrap(), lane.clone()]);
    let mut high = 0;
    for _ in 0..40 {
        let Claim::Granted(grant) = queue.claim(&both).await.unwrap() else { panic!("nothing was granted") };
        high += u32::from(grant.key.episode == id("e2"));
    }
    assert!((31..=33).contains(&high), "{high} of 40 jobs were of high priority");
    // What is left of the order is told whichever lane it lies in.
    let before = queue.explain(&key("e2.39")).await.unwrap();
    assert!(matches!(before, Explanation::Ready { rank: 8..=10, workers: 0, .. }), "{before:?}");
    for _ in high..80 {
        if try_claim(queue, "w1").await == Claim::Nothing {
            break;
        }
    }
    assert_eq!(queue.episode(&id("e2")).await.unwrap().counts.of(JobState::Ready), 40 - high);
    assert_eq!(queue.episode(&id("e1")).await.unwrap().counts.of(JobState::Ready), 0);
}
