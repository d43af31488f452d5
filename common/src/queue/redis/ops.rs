//! Each operation is one function, or one a batch.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;

use super::library::EVENTS;
use super::link::{Args, Request};
use super::read::{self, number_of};
use super::reply::{Reply, not_understood};
use super::{RedisQueue, Subject, wake};
use crate::Digest;
use crate::ids::{EpisodeId, JobKey, Pool, WorkerId};
use crate::queue::JobQueue;
use crate::queue::episode::{BATCH, EpisodeState, EpisodeStatus, NewEpisode, NewJob, PlannedJob, plan};
use crate::queue::error::{QueueError, Result};
use crate::queue::lease::{
    Aftermath, Checkpointed, Claim, ClaimRequest, Completion, FailureClass, Grant, Held, LeaseState, Reaped,
    Token,
};
use crate::queue::limits::{check_checkpoint, check_claim, check_held, check_lead, check_worker, shorten};
use crate::queue::order::Priority;
use crate::queue::policy::GHOST_LEASES;
use crate::queue::registry::{NewWorker, WorkerStatus};
use crate::queue::report::{DEAD_KEPT, DeadJob, Event, Explanation, JobStatus, Pulse, QueueCounts};
use crate::queue::wake::Listener;

/// A reaper's round, of each kind.
const ROUND: u32 = 100;

fn with_job(args: Args, planned: &PlannedJob) -> Args {
    let job = &planned.job;
    let children: Vec<String> = planned.children.iter().map(|index| format!("{index},")).collect();
    let commit = job.committed.as_ref().map(ToString::to_string).unwrap_or_default();
    args.with(&job.pool)
        .with(job.cost_ms)
        .with(job.affinity)
        .with(planned.needs)
        .with(children.concat())
        .with(commit)
        .with(&job.payload)
}

fn with_lease(args: Args, held: &Held) -> Args {
    args.with(&held.token)
}

fn claimed(worker: &WorkerId, word: &str, mut reply: Reply) -> Result<Claim> {
    Ok(match word {
        WorkerId::MISSING => return Err(worker.missing()),
        "granted" => Claim::Granted(Grant {
            key: reply.parsed()?,
            token: Token(reply.text()?),
            attempt: reply.number()?,
            payload: reply.text()?,
            checkpoints: reply.rest(Reply::text)?,
        }),
        "nothing" => Claim::Nothing,
        "draining" => Claim::Draining,
        _ => return Err(reply.unknown(word)),
    })
}

fn named<T: Copy>(
    choices: &[T],
    name: impl Fn(T) -> &'static str,
    (word, reply): (String, Reply),
) -> Result<T> {
    choices.iter().copied().find(|&choice| name(choice) == word).ok_or_else(|| reply.unknown(&word))
}

impl RedisQueue {
    async fn decide(&self, episode: &EpisodeId, state: EpisodeState) -> Result<()> {
        self.tell("decide", episode, |args| args.with(number_of(&EpisodeState::ALL, state))).await?;
        self.sweep("settle", episode).await.map(drop)
    }

    async fn load(&self, id: &EpisodeId, from: usize, batch: &[PlannedJob]) -> Result<()> {
        let limit = self.policy.max_jobs;
        let fill = |args: Args| batch.iter().fold(args.with(from).with(limit), with_job);
        match self.call_about("load", id, fill).await? {
            (word, _) if word == "ok" => Ok(()),
            (word, _) if word == "full" => Err(QueueError::Full { reason: format!("{limit} jobs") }),
            (word, reply) => Err(reply.unknown(&word)),
        }
    }
}

impl RedisQueue {
    fn with_claim(&self, args: Args, request: &ClaimRequest, nonce: &str) -> Args {
        let policy = &self.policy;
        let args = args.with(&request.worker).with(nonce).with_again();
        let args = args.with(policy.lease_ms).with(policy.patience_ms).with(policy.warm_bound);
        let args = request.pools.iter().fold(args.with(request.pools.len()), Args::with);
        request.warm.iter().fold(args, Args::with)
    }

    fn with_completion(&self, args: Args, held: &Held, commit: &Digest) -> Args {
        let args = with_lease(args.with(&held.key), held).with(commit);
        args.with(self.policy.max_blame).with(self.policy.forgive_ms)
    }
}

#[async_trait]
impl JobQueue for RedisQueue {
    async fn pulse(&self) -> Result<Pulse> {
        let mut reply = self.evaluate("pulse", Args::default()).await?;
        reply.text()?;
        Ok(Pulse { epoch: reply.text()?.parse().ok(), canary: reply.number()?, server: reply.text()? })
    }

    async fn join(&self) -> Result<u64> {
        let ours = self.epoch.load(Ordering::SeqCst);
        let current = self.pulse().await?.epoch;
        let epoch = current.ok_or(QueueError::Epoch { ours, current })?;
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(epoch)
    }

    async fn reset(&self, epoch: u64) -> Result<()> {
        let mut reply = self.evaluate("reset", Args::default().with(epoch)).await?;
        match reply.text()?.as_str() {
            "ok" => {}
            "epoch" => return Err(QueueError::Epoch { ours: epoch, current: reply.text()?.parse().ok() }),
            word => return Err(reply.unknown(word)),
        }
        self.epoch.store(epoch, Ordering::SeqCst);
        Ok(())
    }

    async fn submit(&self, episode: NewEpisode, jobs: Vec<NewJob>) -> Result<EpisodeStatus> {
        let planned = plan(&episode.id, jobs)?;
        let priority = number_of(&Priority::ALL, episode.priority);
        let fill =
            |args: Args| args.with(&episode.show).with(&episode.user).with(priority).with(planned.len());
        let (_, mut reply) = self.call_about("begin", &episode.id, fill).await?;
        let first = read::episode_status(episode.id.clone(), &mut reply)?.loaded as usize;
        for (batch, from) in planned[first.min(planned.len())..].chunks(BATCH).zip((first..).step_by(BATCH)) {
            self.load(&episode.id, from, batch).await?;
        }
        self.tell("open", &episode.id, |args| args).await?;
        self.sweep("settle", &episode.id).await?;
        self.episode(&episode.id).await
    }

    async fn forget(&self, episode: &EpisodeId) -> Result<()> {
        self.sweep("forget", episode).await.map(drop)
    }

    async fn register(&self, worker: NewWorker) -> Result<()> {
        check_worker(&worker)?;
        let fill =
            |args: Args| worker.pools.iter().fold(args.with(&worker.nonce).with(&worker.info), Args::with);
        match self.call_about("register", &worker.id, fill).await? {
            (word, _) if word == "ok" => Ok(()),
            (word, _) if word == "name-taken" => Err(QueueError::NameTaken(worker.id)),
            (word, reply) => Err(reply.unknown(&word)),
        }
    }

    async fn drain(&self, worker: &WorkerId) -> Result<()> {
        self.tell("drain", worker, |args| args).await
    }

    async fn deregister(&self, worker: &WorkerId) -> Result<()> {
        self.tell("deregister", worker, |args| args).await
    }

    async fn forgive(&self, worker: &WorkerId) -> Result<()> {
        self.tell("forgive", worker, |args| args).await
    }

    async fn workers(&self) -> Result<Vec<WorkerStatus>> {
        self.call("workers", |args| args).await?.1.rest(read::worker_status)
    }

    async fn claim(&self, request: &ClaimRequest) -> Result<Claim> {
        let request = check_claim(request)?;
        let nonce = self.chance.nonce();
        let (word, reply) = self.call("claim", |args| self.with_claim(args, &request, &nonce)).await?;
        claimed(&request.worker, &word, reply)
    }

    async fn reattach(&self, worker: &WorkerId, key: &JobKey) -> Result<Claim> {
        let nonce = self.chance.nonce();
        let fill = |args: Args| args.with(nonce).with_again().with(self.policy.lease_ms).with(key);
        let (word, reply) = self.call_about("reattach", worker, fill).await?;
        if word == JobKey::MISSING { Err(key.missing()) } else { claimed(worker, &word, reply) }
    }

    async fn heartbeat(&self, worker: &WorkerId, held: &[Held]) -> Result<Vec<LeaseState>> {
        check_held(held)?;
        let fill = |args: Args| {
            held.iter()
                .fold(args.with(self.policy.lease_ms), |args, held| with_lease(args.with(&held.key), held))
        };
        let (_, reply) = self.call_about("heartbeat", worker, fill).await?;
        reply.rest(|reply| reply.choice(&LeaseState::ALL))
    }

    async fn begin(&self, held: &Held) -> Result<Checkpointed> {
        let reply = self.call_about("begin_attempt", &held.key, |args| with_lease(args, held)).await?;
        named(&Checkpointed::ALL, Checkpointed::name, reply)
    }

    async fn checkpoint(&self, held: &Held, position: u32, content: &str) -> Result<Checkpointed> {
        check_checkpoint(held, content)?;
        let fill = |args: Args| with_lease(args, held).with(position).with(content);
        let reply = self.call_about("checkpoint", &held.key, fill).await?;
        named(&Checkpointed::ALL, Checkpointed::name, reply)
    }

    async fn complete(&self, held: &Held, commit: &Digest) -> Result<Completion> {
        let fill = |args: Args| self.with_completion(args, held, commit);
        named(&Completion::ALL, Completion::name, self.call("complete", fill).await?)
    }

    async fn complete_and_claim(
        &self,
        held: &Held,
        commit: &Digest,
        request: &ClaimRequest,
    ) -> Result<(Completion, Claim)> {
        let request = check_claim(request)?;
        let nonce = self.chance.nonce();
        let fill = |args: Args| self.with_claim(self.with_completion(args, held, commit), &request, &nonce);
        let (word, mut reply) = self.call("complete_and_claim", fill).await?;
        let claim = reply.text()?;
        let claim = claimed(&request.worker, &claim, reply)?;
        let completion = Completion::ALL.into_iter().find(|completion| completion.name() == word);
        Ok((completion.ok_or_else(|| not_understood("complete_and_claim", &word))?, claim))
    }

    async fn release(&self, held: &Held) -> Result<Aftermath> {
        let reply = self.call_about("release", &held.key, |args| with_lease(args, held)).await?;
        named(&Aftermath::ALL, Aftermath::name, reply)
    }

    async fn fail(&self, held: &Held, class: FailureClass, reason: &str) -> Result<Aftermath> {
        let (policy, jitter) = (&self.policy, self.chance.jitter());
        let (class, most, pool) = match class {
            FailureClass::Transient => ("transient", policy.max_attempts, None),
            FailureClass::Resource { pool } => ("resource", policy.max_resource, pool),
            FailureClass::Permanent => ("permanent", 0, None),
        };
        let fill = |args: Args| {
            with_lease(args, held)
                .with(class)
                .with(shorten(reason))
                .with(most)
                .with(policy.backoff_ms)
                .with(policy.backoff_cap_ms)
                .with(jitter)
                .with(pool.map(|pool| pool.to_string()).unwrap_or_default())
        };
        named(&Aftermath::ALL, Aftermath::name, self.call_about("fail", &held.key, fill).await?)
    }

    fn listen(&self, pools: &[Pool]) -> Listener {
        let listener = self.bell.listen(pools);
        self.ringer.get_or_init(|| {
            tokio::spawn(wake::ring(Arc::clone(&self.link), Arc::clone(&self.bell))).abort_handle()
        });
        listener
    }

    async fn reap(&self) -> Result<Reaped> {
        let policy = &self.policy;
        let fill = |args: Args| args.with(policy.max_lost).with(GHOST_LEASES * policy.lease_ms);
        let (_, mut reply) = self.call("reap", fill).await?;
        let (lost, woken, ghosts) = (reply.number()?, reply.number()?, reply.number()?);
        Ok(Reaped { lost, woken, ghosts, more: [lost, woken, ghosts].contains(&ROUND) })
    }

    async fn lead(&self, who: &str, for_ms: u64) -> Result<bool> {
        check_lead(who, for_ms)?;
        let mut reply = self.evaluate("lead", Args::default().with(who).with(for_ms)).await?;
        reply.text()?;
        Ok(reply.number::<u8>()? == 1)
    }

    async fn extend_leases(&self) -> Result<u32> {
        let (_, mut reply) = self.call("extend_leases", |args| args.with(self.policy.lease_ms)).await?;
        reply.number()
    }

    async fn record_commit(&self, key: &JobKey, commit: &Digest) -> Result<Completion> {
        let reply = self.call_about("record_commit", key, |args| args.with(commit)).await?;
        named(&Completion::ALL, Completion::name, reply)
    }

    async fn audit(&self, episode: &EpisodeId) -> Result<u32> {
        let (_, mut reply) =
            self.call_about("audit", episode, |args| args.with(self.policy.lease_ms)).await?;
        reply.number()
    }

    async fn pause(&self, episode: &EpisodeId) -> Result<()> {
        self.decide(episode, EpisodeState::Paused).await
    }

    async fn resume(&self, episode: &EpisodeId) -> Result<()> {
        self.decide(episode, EpisodeState::Open).await
    }

    async fn cancel(&self, episode: &EpisodeId) -> Result<()> {
        self.decide(episode, EpisodeState::Cancelled).await
    }

    async fn set_priority(&self, episode: &EpisodeId, priority: Priority) -> Result<()> {
        self.tell("set_priority", episode, |args| args.with(number_of(&Priority::ALL, priority))).await?;
        self.sweep("settle", episode).await.map(drop)
    }

    async fn pause_all(&self, paused: bool) -> Result<()> {
        self.call("pause_all", |args| args.with(u8::from(paused))).await.map(drop)
    }

    async fn requeue(&self, key: &JobKey) -> Result<()> {
        self.tell("requeue", key, |args| args).await
    }

    async fn requeue_dead(&self, episode: &EpisodeId) -> Result<u32> {
        self.sweep("requeue_dead", episode).await
    }

    async fn explain(&self, key: &JobKey) -> Result<Explanation> {
        let fill = |args: Args| args.with(self.policy.patience_ms);
        let (_, mut reply) = self.call_about("explain", key, fill).await?;
        read::explanation(&mut reply)
    }

    async fn job(&self, key: &JobKey) -> Result<JobStatus> {
        let (_, mut reply) = self.call_about("job", key, |args| args).await?;
        read::job_status(key.clone(), &mut reply)
    }

    async fn jobs(&self, episode: &EpisodeId, from: u32, limit: u32) -> Result<Vec<JobStatus>> {
        let limit = limit.min(BATCH as u32);
        let (_, reply) = self.call_about("jobs", episode, |args| args.with(from).with(limit)).await?;
        reply.rest(|reply| {
            let mut reply = reply.inner()?;
            let key = JobKey { episode: episode.clone(), index: reply.number()? };
            read::job_status(key, &mut reply)
        })
    }

    async fn episode(&self, episode: &EpisodeId) -> Result<EpisodeStatus> {
        let (_, mut reply) = self.call_about("episode", episode, |args| args).await?;
        read::episode_status(episode.clone(), &mut reply)
    }

    async fn episodes(&self) -> Result<Vec<EpisodeStatus>> {
        let (_, reply) = self.call("episodes", |args| args).await?;
        reply.rest(|reply| {
            let mut reply = reply.inner()?;
            read::episode_status(reply.parsed()?, &mut reply)
        })
    }

    async fn counts(&self) -> Result<QueueCounts> {
        read::counts(self.call("counts", |args| args).await?.1)
    }

    async fn dead(&self, limit: u32) -> Result<Vec<DeadJob>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let limit = limit.min(DEAD_KEPT as u32);
        self.call("dead", |args| args.with(limit)).await?.1.rest(read::dead_job)
    }

    async fn events(&self, after: Option<&str>, limit: u32) -> Result<Vec<Event>> {
        let mut range = redis::cmd("XRANGE");
        let from = after.map_or_else(|| "-".to_owned(), |id| format!("({id}"));
        range.arg(EVENTS).arg(from).arg("+").arg("COUNT").arg(limit);
        read::events(self.link.send(Request::Command(range)).await?)
    }
}
