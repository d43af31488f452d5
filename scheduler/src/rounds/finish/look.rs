//! One look at an episode.

use common::farm::layout;
use common::queue::{EpisodeStatus, QueueError};
use tokio::time::Instant;

use super::close::close;
use super::given;
use super::learn::learn;
use super::news;
use super::progress::Progress;
use super::publish::publish;
use crate::rounds::shared::Shared;
use crate::service::{Record, Result, ServiceError, episode_of};

/// Publishes what is new of an episode, and ends it if that was all.
pub(super) async fn look(shared: &Shared, status: &EpisodeStatus, progress: &mut Progress) -> Result<()> {
    let record = match shared.service.record(&episode_of(&status.id)).await {
        // The queue holds what nobody submitted; that is not ours to remove.
        Err(ServiceError::NotFound(_)) => return Ok(()),
        record => record?,
    };
    if record.run()? != status.id || record.is_over() {
        return over(shared, &record, status, progress).await;
    }
    progress.over = None;
    if progress.given.is_none() {
        progress.given = Some(given::publish(shared, &record).await?);
    }
    let survey = publish(shared, &record, progress).await?;
    let plan = shared.service.plan(&record).await?;
    news::tell_of_clips(shared, &record, &plan, (progress, &survey));
    news::tell_of_halt(shared, &record, (progress, &survey), status.is_halted());
    if survey.is_end(&plan) {
        // First: once the end is written nobody comes back to this.
        learn(shared, &record, progress).await?;
        close(shared, &record, progress, survey.dead_drawings).await?;
        progress.over = Some(Instant::now());
    }
    if progress.trouble.is_over() {
        tracing::info!(episode.id = %status.id, "can be published again");
    }
    Ok(())
}

/// The queue keeps an episode for a while after it is over, for people who look at it.
async fn over(
    shared: &Shared,
    record: &Record,
    status: &EpisodeStatus,
    progress: &mut Progress,
) -> Result<()> {
    // The status at hand may be older than the record.
    let now = match shared.queue().episode(&status.id).await {
        Err(QueueError::NoEpisode(_)) => return Ok(()),
        status => status?,
    };
    if now.is_finished() {
        let since = *progress.over.get_or_insert_with(Instant::now);
        if since.elapsed() >= shared.options.keep {
            shared.queue().forget(&status.id).await?;
        }
    } else if record.finished.is_some() && record.run()? == status.id {
        // Jobs were sent back while another scheduler wrote down the end.
        shared.store().delete(&layout::finished(&record.id)).await?;
        progress.over = None;
    }
    Ok(())
}
