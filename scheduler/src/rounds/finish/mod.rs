//! What is committed is published, and episodes come to their end.

mod close;
mod given;
mod learn;
mod look;
mod news;
mod progress;
mod publish;

use std::collections::BTreeMap;
use std::time::Duration;

use common::ids::EpisodeId;
use common::queue::EpisodeStatus;
use futures::future::join_all;
use tokio::time::Instant;

pub(super) use self::close::without_jobs;
use self::progress::Progress;
use super::pace::Round;
use super::shared::Shared;
use crate::service::{Result, ServiceError};

/// Episodes at a time; each makes many requests.
const EPISODES: usize = 8;

/// Publishes results.
pub(super) struct Finisher<'a> {
    shared: &'a Shared,
    runs: BTreeMap<EpisodeId, Progress>,
}

impl<'a> Finisher<'a> {
    pub const fn new(shared: &'a Shared) -> Self {
        Self { shared, runs: BTreeMap::new() }
    }

    async fn finish(&mut self) -> Result<()> {
        let statuses = self.shared.queue().episodes().await?;
        let due = self.due(statuses);
        let (mut rest, mut failed) = (due.into_iter().peekable(), None);
        while rest.peek().is_some() {
            let looks = rest.by_ref().take(EPISODES).map(|(status, progress)| self.look(status, progress));
            for (run, progress, outcome) in join_all(looks).await {
                failed = failed.or(outcome.err());
                self.runs.insert(run, progress);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// The episodes to look at now; the others keep their places.
    fn due(&mut self, statuses: Vec<EpisodeStatus>) -> Vec<(EpisodeStatus, Progress)> {
        let (now, mut before) = (Instant::now(), std::mem::take(&mut self.runs));
        let mut due = Vec::new();
        for status in statuses {
            let progress = before.remove(&status.id).unwrap_or_default();
            if progress.is_due(&status, self.shared.options.reconcile, now) {
                due.push((status, progress));
            } else {
                self.runs.insert(status.id, progress);
            }
        }
        due
    }

    async fn look(&self, status: EpisodeStatus, mut progress: Progress) -> (EpisodeId, Progress, Result<()>) {
        progress.looked = Some(Instant::now());
        let outcome = match look::look(self.shared, &status, &mut progress).await {
            Err(error) if !matches!(error, ServiceError::Queue(_)) => {
                if progress.trouble.is_new(&error) {
                    tracing::warn!(episode.id = %status.id, %error, "cannot be published; trying on");
                }
                Ok(())
            }
            outcome => outcome,
        };
        (status.id, progress, outcome)
    }
}

impl Round for Finisher<'_> {
    const NAME: &'static str = "finisher";

    fn rest(&self) -> Duration {
        self.shared.options.finish
    }

    async fn round(&mut self) -> Result<()> {
        if !self.shared.is_in_charge() {
            return Ok(());
        }
        self.finish().await
    }
}
