//! What every queue promises. Each case runs on a queue of its own; [`queue_contract!`](crate::queue_contract) makes a
//! test of each.
#![expect(clippy::missing_panics_doc, clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod control;
mod failures;
mod leases;
mod order;
mod recovery;
mod submission;
mod workers;

use async_trait::async_trait;

pub use self::control::*;
pub use self::failures::*;
pub use self::leases::*;
pub use self::order::*;
pub use self::recovery::*;
pub use self::submission::*;
pub use self::workers::*;

use super::{
    Affinity, Claim, ClaimRequest, Grant, Held, JobQueue, JobState, NewEpisode, NewJob, NewWorker, Priority,
};
use crate::Digest;
use crate::ids::{EpisodeId, JobKey, WorkerId};

/// A queue under test.
#[async_trait]
pub trait Fixture: Sync {
    /// The queue, in an epoch that has begun, with [`Policy::default`].
    fn queue(&self) -> &dyn JobQueue;
    /// The same queue, as another process sees it.
    async fn another(&self) -> Box<dyn JobQueue>;
    /// Moves the queue's clock on.
    async fn advance(&self, ms: u64);
}

/// Makes one test of every case of the contract: `queue_contract!(make)`, where `make().await` gives a [`Fixture`].
#[macro_export]
macro_rules! queue_contract {
    ($make:path) => {
        $crate::queue_contract!($make:
            a_chain_runs_in_order a_broken_submission_goes_on committed_jobs_are_not_run_again bad_submissions_are_refused a_finished_episode_is_forgotten
            claims_follow_tags shares_follow_priorities a_new_priority_moves_ready_jobs warm_references_go_first lanes_share_one_order a_listener_is_woken
            a_stale_token_changes_nothing an_expired_lease_goes_to_another_worker a_heartbeat_keeps_a_lease a_repeated_completion_is_the_same a_completion_brings_the_next_job checkpoints_survive_the_attempt a_released_job_is_not_charged a_stall_costs_no_lease
            a_job_that_kills_workers_dies what_was_not_begun_is_not_charged every_attempt_begins_for_itself a_checkpoint_or_an_attachment_begins progress_clears_suspicion a_transient_failure_comes_back attempts_come_to_an_end want_of_memory_is_not_charged a_permanent_failure_is_final a_failed_job_goes_to_another_worker_first a_bad_worker_is_blocked
            two_workers_cannot_share_a_name an_unknown_worker_is_told a_draining_worker_gets_no_more a_silent_worker_is_removed
            pause_and_resume cancel_stops_everything nothing_is_claimed_while_all_is_paused dead_jobs_are_listed_and_sent_back everything_is_explained counts_add_up jobs_are_listed_in_parts events_can_be_followed
            a_commit_found_later_counts a_new_epoch_shuts_out_the_old a_running_job_is_attached_again one_leads_at_a_time leaders_have_names_of_workers an_audit_of_what_agrees_finds_nothing
        );
    };
    ($make:path: $($case:ident)*) => {
        $(#[tokio::test]
        async fn $case() {
            $crate::queue::contract::$case(&$make().await).await;
        })*
    };
}

/// An episode to submit.
pub fn episode(id: &str) -> NewEpisode {
    NewEpisode {
        id: id.parse().unwrap(),
        show: "Akiko".parse().unwrap(),
        user: "mei".parse().unwrap(),
        priority: Priority::Normal,
    }
}

/// A job that needs these.
pub fn job(needs: &[u32]) -> NewJob {
    NewJob {
        pool: "gpu".parse().unwrap(),
        cost_ms: 1000,
        affinity: Affinity::default(),
        needs: needs.to_vec(),
        payload: "{}".into(),
        committed: None,
    }
}

fn worker(id: &str) -> WorkerId {
    id.parse().unwrap()
}

fn key(text: &str) -> JobKey {
    text.parse().unwrap()
}

fn id(text: &str) -> EpisodeId {
    text.parse().unwrap()
}

/// The commit of every job.
pub fn commit() -> Digest {
    Digest::of(b"painted")
}

/// The lease of a grant.
pub fn held(grant: &Grant) -> Held {
    Held { key: grant.key.clone(), token: grant.token.clone() }
}

/// Registers a worker that serves the pool `gpu`.
pub async fn register(queue: &dyn JobQueue, id: &str) {
    let new = NewWorker {
        id: worker(id),
        nonce: "n1".into(),
        pools: vec!["gpu".parse().unwrap()],
        info: "{\"device\":\"cpu\"}".into(),
    };
    queue.register(new).await.unwrap();
}

/// What a worker gets.
pub async fn try_claim(queue: &dyn JobQueue, id: &str) -> Claim {
    let request = ClaimRequest { worker: worker(id), pools: vec!["gpu".parse().unwrap()], warm: Vec::new() };
    queue.claim(&request).await.unwrap()
}

/// The job that a worker gets.
pub async fn claim(queue: &dyn JobQueue, id: &str) -> Grant {
    match try_claim(queue, id).await {
        Claim::Granted(grant) => grant,
        other => panic!("a job was expected, not {other:?}"),
    }
}

/// A queue with a worker `w1` and an episode `e1` of these jobs.
async fn with_jobs(fixture: &dyn Fixture, jobs: Vec<NewJob>) -> &dyn JobQueue {
    let queue = fixture.queue();
    register(queue, "w1").await;
    queue.submit(episode("e1"), jobs).await.unwrap();
    queue
}

async fn state(queue: &dyn JobQueue, text: &str) -> JobState {
    queue.job(&key(text)).await.unwrap().state
}
