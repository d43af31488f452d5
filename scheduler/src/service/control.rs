//! What people decide about an episode: first in the store, then in the queue.

use bytes::Bytes;
use common::farm::{Control, Decision, layout};
use common::ids::EpisodeId;
use common::queue::{Priority, QueueError};

use super::Service;
use super::error::{Result, ServiceError};
use super::records::Record;
use crate::api::Summary;

impl Service {
    /// Lets an episode wait: what runs goes on, nothing more is begun.
    ///
    /// # Errors
    /// When there is no such episode, it is over, or queue or store fail.
    pub async fn pause(&self, id: &EpisodeId) -> Result<Summary> {
        let record = self.decide(id, |control| control.decision = Decision::Paused).await?;
        told(self.queue.pause(&record.run()?).await)?;
        self.summary(id).await
    }

    /// Lets a paused episode go on.
    ///
    /// # Errors
    /// When there is no such episode, it is over, or queue or store fail.
    pub async fn resume(&self, id: &EpisodeId) -> Result<Summary> {
        let record = self.decide(id, |control| control.decision = Decision::Open).await?;
        told(self.queue.resume(&record.run()?).await)?;
        self.summary(id).await
    }

    /// Cancels an episode for good. What is painted stays.
    ///
    /// # Errors
    /// When there is no such episode, it is finished, or queue or store fail.
    pub async fn cancel(&self, id: &EpisodeId) -> Result<Summary> {
        let record = self.record(id).await?;
        if record.control.decision != Decision::Cancelled {
            self.decide(id, |control| control.decision = Decision::Cancelled).await?;
        }
        told(self.queue.cancel(&record.run()?).await)?;
        self.summary(id).await
    }

    /// Changes the share of an episode.
    ///
    /// # Errors
    /// When there is no such episode, it is over, or queue or store fail.
    pub async fn set_priority(&self, id: &EpisodeId, priority: Priority) -> Result<Summary> {
        let record = self.decide(id, |control| control.priority = Some(priority)).await?;
        told(self.queue.set_priority(&record.run()?, priority).await)?;
        self.summary(id).await
    }

    /// Sends all dead jobs of an episode back.
    ///
    /// # Errors
    /// When there is no such episode, it is cancelled, or queue or store fail.
    pub async fn retry(&self, id: &EpisodeId) -> Result<Summary> {
        let mut record = self.record(id).await?;
        if record.control.decision == Decision::Cancelled {
            return Err(ServiceError::Conflict(format!(
                "episode {id}: cancelled; submit it again with another token"
            )));
        }
        if record.finished.take().is_some() {
            self.store.delete(&layout::finished(id)).await?;
            // The queue may have forgotten it; its dead jobs then come in as new ones.
            self.enqueue(&record).await?;
        }
        told(self.queue.requeue_dead(&record.run()?).await.map(|_| ()))?;
        self.summary(id).await
    }

    async fn decide(&self, id: &EpisodeId, change: impl FnOnce(&mut Control)) -> Result<Record> {
        let mut record = self.record(id).await?;
        if record.is_over() {
            let state = if record.finished.is_some() { "finished" } else { "cancelled" };
            return Err(ServiceError::Conflict(format!(
                "episode {id}: {state}; nothing of it is left to do"
            )));
        }
        change(&mut record.control);
        let bytes = record.control.to_json().map_err(|error| ServiceError::damaged(id, error))?;
        self.store.put(&layout::control(id), Bytes::from(bytes)).await?;
        Ok(record)
    }
}

/// An episode that the queue does not have at the moment gets there with what the store says.
fn told(result: common::queue::Result<()>) -> Result<()> {
    match result {
        Ok(()) | Err(QueueError::NoEpisode(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
