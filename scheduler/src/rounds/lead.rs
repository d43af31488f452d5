//! Who leads: the others leave to that process what one is enough for.

use std::time::Duration;

use super::pace::Round;
use super::shared::Shared;
use crate::service::Result;

/// Asks to lead.
pub(super) struct Lead<'a> {
    shared: &'a Shared,
}

impl<'a> Lead<'a> {
    pub const fn new(shared: &'a Shared) -> Self {
        Self { shared }
    }
}

impl Round for Lead<'_> {
    const NAME: &'static str = "lead";

    fn rest(&self) -> Duration {
        self.shared.options.lead
    }

    async fn round(&mut self) -> Result<()> {
        let options = &self.shared.options;
        let leads = self.shared.queue().lead(&options.who, options.lead_for.as_millis() as u64).await?;
        if self.shared.set_leads(leads) != leads {
            tracing::info!(
                scheduler.id = options.who,
                scheduler.leads = leads,
                "who leads the rounds has changed"
            );
            // Whoever led before may have stopped in the middle of something.
            self.shared.doubt();
        }
        Ok(())
    }
}

/// Lets another process lead at once.
pub(super) async fn give_up(shared: &Shared) {
    if shared.leads()
        && let Err(error) = shared.queue().lead(&shared.options.who, 0).await
    {
        tracing::debug!(%error, "the next leader has to wait");
    }
}
