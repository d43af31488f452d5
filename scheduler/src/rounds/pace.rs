//! A round is run again and again.

use std::time::{Duration, Instant};

use common::queue::QueueError;

use super::shared::Shared;
use super::trouble::Trouble;
use crate::service::{Result, ServiceError};

/// Something done over and over.
pub(super) trait Round: Send {
    /// Its name in the log.
    const NAME: &'static str;

    /// How long it rests.
    fn rest(&self) -> Duration;

    /// Does it once.
    fn round(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// Runs a round for ever. A failure is told once for each cause, and tried again after the usual rest.
pub(super) async fn repeat<R: Round>(shared: &Shared, mut round: R) {
    let mut trouble = Trouble::default();
    loop {
        let (began, outcome) = (Instant::now(), round.round().await);
        let failed = outcome.as_ref().is_err_and(|error| !is_another_epoch(error));
        shared.service.metrics.round(R::NAME, began.elapsed(), failed);
        match outcome {
            Ok(()) => {
                if trouble.is_over() {
                    tracing::info!(round.name = R::NAME, "works again");
                }
            }
            Err(error) => {
                shared.follow(&error).await;
                tell::<R>(&mut trouble, &error);
            }
        }
        tokio::time::sleep(round.rest()).await;
    }
}

fn tell<R: Round>(trouble: &mut Trouble, error: &ServiceError) {
    if is_another_epoch(error) {
        tracing::debug!(round.name = R::NAME, %error, "another epoch");
    } else if trouble.is_new(error) {
        tracing::warn!(round.name = R::NAME, %error, "fails; trying on");
    }
}

/// Another epoch is begun or joined within a second: no failure of anybody.
const fn is_another_epoch(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Queue(QueueError::Epoch { .. }))
}
