//! Episodes come in, whole and once.

use super::{Fixture, claim, commit, episode, held, id, job, key, state, try_claim, with_jobs};
use crate::ids::JobKey;
use crate::queue::{Claim, Completion, JobState, NewJob, QueueError};

/// Every job of a chain becomes ready when the one before is done, and the episode is finished in the end.
pub async fn a_chain_runs_in_order(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, vec![job(&[]), job(&[0]), job(&[1])]).await;
    for index in 0..3 {
        let grant = claim(queue, "w1").await;
        assert_eq!(grant.key, JobKey { episode: id("e1"), index });
        assert_eq!((grant.attempt, grant.payload.as_str()), (1, "{}"));
        assert_eq!(try_claim(queue, "w1").await, Claim::Nothing);
        assert_eq!(queue.complete(&held(&grant), &commit()).await.unwrap(), Completion::Done);
    }
    assert!(queue.episode(&id("e1")).await.unwrap().is_finished());
    assert_eq!(queue.job(&key("e1.2")).await.unwrap().note, commit().to_string());
}

/// Submitting again what is there changes nothing; another plan under the same id is refused.
pub async fn a_broken_submission_goes_on(fixture: &dyn Fixture) {
    let jobs: Vec<NewJob> = (0..1201).map(|_| job(&[])).collect();
    let queue = with_jobs(fixture, jobs.clone()).await;
    let grant = claim(queue, "w1").await;
    queue.complete(&held(&grant), &commit()).await.unwrap();
    let status = queue.submit(episode("e1"), jobs).await.unwrap();
    assert_eq!((status.jobs, status.loaded), (1201, 1201));
    assert_eq!((status.counts.of(JobState::Done), status.counts.of(JobState::Ready)), (1, 1200));
    let error = queue.submit(episode("e1"), vec![job(&[])]).await.unwrap_err();
    assert!(error.to_string().contains("was submitted with 1201 jobs, now with 1"), "{error}");
}

/// Jobs whose commits the store has are done from the start, and nobody waits for them.
pub async fn committed_jobs_are_not_run_again(fixture: &dyn Fixture) {
    let mut jobs = vec![job(&[]), job(&[0]), job(&[1])];
    jobs[0].committed = Some(commit());
    let queue = with_jobs(fixture, jobs).await;
    assert_eq!(state(queue, "e1.0").await, JobState::Done);
    assert_eq!(claim(queue, "w1").await.key, key("e1.1"));
}

/// What cannot be planned is refused whole.
pub async fn bad_submissions_are_refused(fixture: &dyn Fixture) {
    let queue = fixture.queue();
    let error = queue.submit(episode("e1"), vec![job(&[1]), job(&[])]).await.unwrap_err();
    assert!(error.to_string().contains("job 0: needs [1]"), "{error}");
    assert!(matches!(queue.episode(&id("e1")).await, Err(QueueError::NoEpisode(_))));
}

/// A finished episode leaves nothing behind.
pub async fn a_finished_episode_is_forgotten(fixture: &dyn Fixture) {
    let queue = with_jobs(fixture, (0..700).map(|_| job(&[])).collect()).await;
    assert!(queue.forget(&id("e1")).await.is_err());
    queue.cancel(&id("e1")).await.unwrap();
    queue.forget(&id("e1")).await.unwrap();
    queue.forget(&id("e1")).await.unwrap();
    assert!(matches!(queue.episode(&id("e1")).await, Err(QueueError::NoEpisode(_))));
    let counts = queue.counts().await.unwrap();
    assert_eq!((counts.jobs, counts.pools[0].ready), (0, 0));
}
