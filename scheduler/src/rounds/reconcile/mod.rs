//! Queue and store are compared: what the store says holds.

mod amend;
mod episode;

use std::collections::BTreeMap;
use std::time::Duration;

use common::ids::EpisodeId;
use common::queue::{EpisodeStatus, QueueError};
use futures::future::join_all;
use tokio::time::Instant;

use super::pace::Round;
use super::shared::Shared;
use super::trouble::Trouble;
use crate::service::{Result, ServiceError, episode_of};

/// Between looks whether there is a doubt.
const TICK: Duration = Duration::from_secs(1);
/// Episodes at a time; each makes many requests.
const EPISODES: usize = 8;
/// Every so many rounds the store is asked about all jobs that are not done, not only about those that somebody had.
const THOROUGH: u32 = 10;

/// Compares the queue with the store.
pub(super) struct Reconciler<'a> {
    shared: &'a Shared,
    /// When the last round went well.
    last: Option<Instant>,
    rounds: u32,
    /// Episodes that are over and not in the queue, and when that was read.
    over: BTreeMap<EpisodeId, Instant>,
    trouble: Trouble,
}

impl<'a> Reconciler<'a> {
    pub fn new(shared: &'a Shared) -> Self {
        Self { shared, last: None, rounds: 0, over: BTreeMap::new(), trouble: Trouble::default() }
    }

    fn is_due(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() >= self.shared.options.reconcile)
    }

    async fn reconcile(&mut self, all: bool) -> Result<()> {
        // The queue is read before the store: see `amend`.
        let mut known: BTreeMap<EpisodeId, Vec<EpisodeStatus>> = BTreeMap::new();
        for status in self.shared.queue().episodes().await? {
            known.entry(episode_of(&status.id)).or_default().push(status);
        }
        let mut ids = self.shared.service.all_episodes().await?;
        let keep = self.shared.options.keep;
        self.over.retain(|_, read| !all && read.elapsed() < keep);
        // One that comes back is put into the queue by whoever brings it back.
        ids.retain(|id| known.contains_key(id) || !self.over.contains_key(id));
        for some in ids.chunks(EPISODES) {
            let compared = some.iter().map(|id| self.compare(id, &known, all));
            for (id, outcome) in some.iter().zip(join_all(compared).await) {
                self.note(id, outcome)?;
            }
        }
        Ok(())
    }

    async fn compare(
        &self,
        id: &EpisodeId,
        known: &BTreeMap<EpisodeId, Vec<EpisodeStatus>>,
        all: bool,
    ) -> Result<bool> {
        let statuses = known.get(id).map(Vec::as_slice).unwrap_or_default();
        episode::compare(self.shared, id, statuses, all).await
    }

    /// One episode that cannot be used does not keep the others waiting.
    fn note(&mut self, id: &EpisodeId, outcome: Result<bool>) -> Result<()> {
        match outcome {
            Ok(true) => {
                self.over.insert(id.clone(), Instant::now());
            }
            Ok(false) => {}
            Err(error) if concerns_all(&error) => return Err(error),
            Err(error) => {
                if self.trouble.is_new(&error) {
                    tracing::warn!(episode.id = %id, %error, "cannot be brought into the queue; trying on");
                }
            }
        }
        Ok(())
    }
}

impl Round for Reconciler<'_> {
    const NAME: &'static str = "reconciler";

    fn rest(&self) -> Duration {
        TICK.min(self.shared.options.reconcile)
    }

    async fn round(&mut self) -> Result<()> {
        if !self.shared.is_in_charge() {
            return Ok(());
        }
        let doubt = self.shared.take_doubt();
        if !doubt && !self.is_due() {
            return Ok(());
        }
        let all = doubt || self.rounds.is_multiple_of(THOROUGH);
        if let Err(error) = self.reconcile(all).await {
            self.shared.doubt();
            return Err(error);
        }
        self.rounds = self.rounds.wrapping_add(1);
        self.last = Some(Instant::now());
        Ok(())
    }
}

/// Whether an error is one of queue or store as a whole, and no episode's own.
fn concerns_all(error: &ServiceError) -> bool {
    match error {
        ServiceError::Queue(error) => {
            matches!(error, QueueError::Unavailable { .. } | QueueError::Epoch { .. })
        }
        ServiceError::Store(error) => error.is_transient(),
        _ => false,
    }
}
