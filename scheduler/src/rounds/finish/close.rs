//! The end of an episode is written down.

use bytes::Bytes;
use common::farm::{Finished, Format, layout};
use common::store::Create;

use super::given;
use super::news;
use super::progress::Progress;
use crate::api::Phase;
use crate::clock::now_ms;
use crate::hooks::Counts;
use crate::rounds::shared::Shared;
use crate::service::{Record, Result, ServiceError};

/// Writes down that an episode is finished: all its jobs have come to their end, and what they painted is published.
pub(super) async fn close(
    shared: &Shared,
    record: &Record,
    progress: &Progress,
    dead_drawings: u32,
) -> Result<()> {
    let (jobs, given) = (progress.outcome(), progress.given.unwrap_or_default());
    let finished = Finished {
        format: Format,
        revision: record.revision,
        painted: jobs.painted,
        given: given.published,
        failed: jobs.failed + given.failed + dead_drawings,
        at_ms: now_ms(),
    };
    let key = layout::finished(&record.id);
    let bytes = Bytes::from(finished.to_json().map_err(|error| ServiceError::damaged(&key, error))?);
    if shared.store().put_if_absent(&key, bytes.clone()).await? == Create::Existed {
        if shared.service.record(&record.id).await?.finished.is_some() {
            return Ok(());
        }
        // That of an earlier version.
        shared.store().put(&key, bytes).await?;
    }
    let Finished { painted, given, failed, .. } = finished;
    let state = if failed > 0 { Phase::Incomplete } else { Phase::Done };
    news::tell_of_end(shared, record, state, Counts { failed, ..news::counts(jobs) });
    tracing::info!(episode.id = %record.id, episode.painted = painted, episode.given = given, episode.failed = failed, "finished");
    Ok(())
}

/// Publishes and ends an episode of which a person has painted all that was left, so that the queue never has it.
pub(in crate::rounds) async fn without_jobs(shared: &Shared, record: &Record) -> Result<()> {
    let given = Some(given::publish(shared, record).await?);
    close(shared, record, &Progress { given, ..Progress::default() }, 0).await
}
