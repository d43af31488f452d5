//! One episode in queue and store.

use common::farm::JobId;
use common::ids::{EpisodeId, JobKey};
use common::queue::{BATCH, EpisodeState, EpisodeStatus, QueueError};
use futures::future::try_join_all;

use super::amend::{Amendment, amendments, may_be_committed};
use crate::metrics::Finding;
use crate::rounds::finish;
use crate::rounds::shared::Shared;
use crate::service::{AT_A_TIME, Plan, Record, Result};

/// Brings the queue into line with what the store says of an episode. `statuses` are those of its versions, read before.
/// Gives whether it is over and the queue does not have it.
pub(super) async fn compare(
    shared: &Shared,
    id: &EpisodeId,
    statuses: &[EpisodeStatus],
    all: bool,
) -> Result<bool> {
    let record = shared.service.record(id).await?;
    let run = record.run()?;
    for old in statuses.iter().filter(|status| status.id != run && status.state != EpisodeState::Cancelled) {
        tell(shared, &old.id, Amendment::Cancel).await?;
    }
    let status = statuses.iter().find(|status| status.id == run);
    if let Some(status) = status {
        amend(shared, &record, status).await?;
    }
    if record.is_over() {
        return Ok(statuses.is_empty());
    }
    if status.is_none_or(|status| status.state == EpisodeState::Loading) {
        enqueue(shared, &record).await?;
    } else {
        let found = shared.queue().audit(&run).await?;
        shared.service.metrics.findings.of(Finding::Counters).inc_by(u64::from(found));
    }
    find_commits(shared, &record, all).await?;
    Ok(false)
}

async fn enqueue(shared: &Shared, record: &Record) -> Result<()> {
    let enqueued = shared.service.enqueue(record).await?;
    shared.service.metrics.findings.of(Finding::Episodes).inc();
    if enqueued.plan.jobs.is_empty() {
        return finish::without_jobs(shared, record).await;
    }
    tracing::info!(episode.id = %record.id, episode.jobs = enqueued.plan.jobs.len(), episode.known = enqueued.known, "enqueued");
    // People may have decided something meanwhile that the queue could not be told, since it did not have the episode.
    let (run, later) = (record.run()?, shared.service.record(&record.id).await?);
    if later.run()? != run {
        return tell(shared, &run, Amendment::Cancel).await;
    }
    let status = shared.queue().episode(&run).await?;
    amend(shared, &later, &status).await
}

async fn amend(shared: &Shared, record: &Record, status: &EpisodeStatus) -> Result<()> {
    for amendment in amendments(record, status) {
        tell(shared, &status.id, amendment).await?;
    }
    Ok(())
}

async fn tell(shared: &Shared, run: &EpisodeId, amendment: Amendment) -> Result<()> {
    tracing::info!(episode.id = %run, ?amendment, "the queue is told what the store says");
    shared.service.metrics.findings.of(Finding::Decisions).inc();
    let queue = shared.queue();
    let told = match amendment {
        Amendment::Cancel => queue.cancel(run).await,
        Amendment::Pause => queue.pause(run).await,
        Amendment::Resume => queue.resume(run).await,
        Amendment::Share(priority) => queue.set_priority(run, priority).await,
    };
    match told {
        // Another scheduler has just told it, or has it forgotten.
        Ok(()) | Err(QueueError::NoEpisode(_) | QueueError::Refused { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Tells the queue of commits that it does not know.
async fn find_commits(shared: &Shared, record: &Record, all: bool) -> Result<()> {
    let plan = shared.service.plan(record).await?;
    let run = record.run()?;
    let mut from = 0;
    while (from as usize) < plan.jobs.len() {
        let page = match shared.queue().jobs(&run, from, BATCH as u32).await {
            // It has no jobs, or was forgotten.
            Err(QueueError::NoEpisode(_)) => return Ok(()),
            page => page?,
        };
        let Some(last) = page.last() else { return Ok(()) };
        from = last.key.index + 1;
        let asked = page.into_iter().filter(|job| may_be_committed(job, all)).map(|job| job.key);
        let asked: Vec<(JobKey, &JobId)> = asked.filter_map(|key| with_id(key, &plan)).collect();
        for some in asked.chunks(AT_A_TIME) {
            try_join_all(some.iter().map(|(key, id)| record_commit(shared, key, id))).await?;
        }
    }
    Ok(())
}

fn with_id(key: JobKey, plan: &Plan) -> Option<(JobKey, &JobId)> {
    let job = plan.jobs.get(key.index as usize)?;
    Some((key, &job.id))
}

async fn record_commit(shared: &Shared, key: &JobKey, id: &JobId) -> Result<()> {
    if let Some((digest, _)) = shared.service.commit_of(id).await? {
        let completion = shared.queue().record_commit(key, &digest).await?;
        shared.service.metrics.findings.of(Finding::Commits).inc();
        tracing::info!(job.id = %key, ?completion, "the store has a commit that the queue did not know");
    }
    Ok(())
}
