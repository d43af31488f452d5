//! Work for measuring a queue: an episode farm's jobs, claimed and completed by workers without any painting between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{
    Affinity, Claim, ClaimRequest, Completion, Held, JobQueue, NewEpisode, NewJob, NewWorker, Priority,
    QueueError, Result,
};
use crate::Digest;
use crate::ids::{JobKey, Pool, WorkerId};

/// Jobs of an episode; a farm has many episodes rather than a huge one.
const EPISODE_JOBS: u64 = 10_000;
/// Submissions at a time.
const SUBMITTERS: usize = 4;
/// Jobs of a clip, all of one character.
const CLIP_JOBS: u64 = 8;
/// Characters in an episode: as many different references.
const CHARACTERS: u64 = 24;

/// How long single operations took, sorted.
#[derive(Clone, Debug)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// The time that this share of the operations stayed below, in milliseconds; `share` in 0 to 1.
    #[must_use]
    pub fn quantile_ms(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.0.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

/// Submits so many jobs, in episodes of different shows and users; gives the seconds that took.
pub async fn fill<Q: JobQueue + 'static>(queue: &Arc<Q>, jobs: u64) -> Result<f64> {
    let began = Instant::now();
    let mut submissions = JoinSet::new();
    for number in 0..jobs.div_ceil(EPISODE_JOBS) {
        let count = EPISODE_JOBS.min(jobs - number * EPISODE_JOBS);
        let (queue, episode) = (Arc::clone(queue), episode(number)?);
        submissions.spawn(async move {
            let jobs = (0..count).map(|index| job(number, index)).collect::<Result<_>>()?;
            queue.submit(episode, jobs).await.map(drop)
        });
        if submissions.len() >= SUBMITTERS {
            finished(submissions.join_next().await)?;
        }
    }
    while let Some(submission) = submissions.join_next().await {
        finished(Some(submission))?;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Claims and completes so many jobs one after the other; gives how long the claims took.
pub async fn latencies<Q: JobQueue>(queue: &Q, jobs: u64) -> Result<Latencies> {
    let worker = register(queue, 0).await?;
    let mut times = Vec::with_capacity(jobs as usize);
    let mut warm = [Affinity::default(); 2];
    for _ in 0..jobs {
        let began = Instant::now();
        let claim = queue.claim(&request(&worker, &warm)?).await?;
        times.push(began.elapsed());
        let Claim::Granted(grant) = claim else { break };
        warm = painted(warm, &grant.key);
        let held = Held { key: grant.key, token: grant.token };
        expect_done(&held, queue.complete(&held, &commit(&held)).await?)?;
    }
    times.sort_unstable();
    Ok(Latencies(times))
}

/// Claims and completes so many jobs with so many workers at a time, each of whom claims the next job with the completion
/// of the one before. They share the handles of the queue as the threads of as many processes do. Gives pairs a second.
pub async fn pairs_per_s<Q: JobQueue + 'static>(handles: &[Arc<Q>], jobs: u64, workers: u64) -> Result<f64> {
    let left = Arc::new(AtomicU64::new(jobs));
    let mut running = JoinSet::new();
    let began = Instant::now();
    for (number, queue) in (1..=workers).zip(handles.iter().cycle()) {
        let (queue, left) = (Arc::clone(queue), Arc::clone(&left));
        running.spawn(async move {
            let worker = register(queue.as_ref(), number).await?;
            let mut warm = [Affinity::default(); 2];
            let mut claim = queue.claim(&request(&worker, &warm)?).await?;
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
                let Claim::Granted(grant) = claim else { return Err(ran_out()) };
                warm = painted(warm, &grant.key);
                let held = Held { key: grant.key, token: grant.token };
                let next = request(&worker, &warm)?;
                let (completion, another) = queue.complete_and_claim(&held, &commit(&held), &next).await?;
                expect_done(&held, completion)?;
                claim = another;
            }
            if let Claim::Granted(grant) = claim {
                queue.release(&Held { key: grant.key, token: grant.token }).await?;
            }
            Ok(())
        });
    }
    while let Some(worker) = running.join_next().await {
        finished(Some(worker))?;
    }
    Ok(jobs as f64 / began.elapsed().as_secs_f64())
}

fn commit(held: &Held) -> Digest {
    Digest::of(held.token.0.as_bytes())
}

fn expect_done(held: &Held, completion: Completion) -> Result<()> {
    match completion {
        Completion::Done => Ok(()),
        other => Err(QueueError::refused(format!("job {}", held.key), format!("is {}", other.name()))),
    }
}

fn ran_out() -> QueueError {
    QueueError::refused("measurement", "there are fewer jobs than are to be claimed")
}

/// The result of a task, which ends early only if it panics.
fn finished(task: Option<std::result::Result<Result<()>, tokio::task::JoinError>>) -> Result<()> {
    match task {
        None => Ok(()),
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(QueueError::refused("measurement", error.to_string())),
    }
}

async fn register<Q: JobQueue>(queue: &Q, number: u64) -> Result<WorkerId> {
    let id: WorkerId = named(format!("bench-{number}"))?;
    let info = r#"{"device":"bench"}"#.to_owned();
    queue.register(NewWorker { id: id.clone(), nonce: "bench".into(), pools: vec![pool()?], info }).await?;
    Ok(id)
}

fn request(worker: &WorkerId, warm: &[Affinity]) -> Result<ClaimRequest> {
    Ok(ClaimRequest { worker: worker.clone(), pools: vec![pool()?], warm: warm.to_vec() })
}

/// The references that a worker holds after another job: those of its last two characters.
fn painted(warm: [Affinity; 2], key: &JobKey) -> [Affinity; 2] {
    let new = character(u64::from(key.index) / CLIP_JOBS);
    if warm[0] == new { warm } else { [new, warm[0]] }
}

fn pool() -> Result<Pool> {
    named("gpu".to_owned())
}

fn character(number: u64) -> Affinity {
    Affinity::of(&format!("character {}", number % CHARACTERS))
}

fn episode(number: u64) -> Result<NewEpisode> {
    Ok(NewEpisode {
        id: named(format!("e{number}"))?,
        show: named(format!("Show {}", number % 7))?,
        user: named(format!("user {}", number % 5))?,
        priority: Priority::ALL[number as usize % Priority::ALL.len()],
    })
}

/// A job as the farm has them: sixteen drawings of a clip, told by the digest of its specification.
fn job(episode: u64, index: u64) -> Result<NewJob> {
    let digest = Digest::of(format!("{episode}.{index}").as_bytes());
    let clip = index / CLIP_JOBS;
    Ok(NewJob {
        pool: pool()?,
        cost_ms: 4_000,
        affinity: character(clip),
        needs: Vec::new(),
        payload: format!("{{\"clip\":\"c{clip:04}/A\",\"from\":0,\"to\":16,\"spec\":\"{digest}\"}}"),
        committed: None,
    })
}

fn named<T: TryFrom<String, Error = crate::ids::InvalidName>>(name: String) -> Result<T> {
    T::try_from(name).map_err(|error| QueueError::refused("measurement", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{MemoryQueue, Policy};

    #[tokio::test]
    async fn everything_submitted_is_claimed_once() {
        let queue = Arc::new(MemoryQueue::new(Policy::default()));
        fill(&queue, 10_300).await.unwrap();
        assert_eq!(latencies(queue.as_ref(), 100).await.unwrap().0.len(), 100);
        let handles = [Arc::clone(&queue), Arc::clone(&queue)];
        assert!(pairs_per_s(&handles, 10_200, 8).await.unwrap() > 0.0);
        assert!(queue.episodes().await.unwrap().iter().all(super::super::EpisodeStatus::is_finished));
        assert!(pairs_per_s(&handles, 1, 1).await.is_err(), "there was nothing left");
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_times() {
        let times = Latencies((1..=101).map(Duration::from_millis).collect());
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|share| times.quantile_ms(share)), [1.0, 51.0, 100.0, 101.0]);
    }
}
