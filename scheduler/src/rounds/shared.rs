//! What the rounds of a process know in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::queue::{JobQueue, QueueError};
use common::store::FrameStore;

use super::options::Options;
use crate::service::{Service, ServiceError};

/// What the rounds of a process know in common.
pub(super) struct Shared {
    pub service: Arc<Service>,
    pub options: Options,
    leads: AtomicBool,
    /// Whether the queue is in an epoch that was looked at.
    sound: AtomicBool,
    /// Whether queue and store are to be compared at once.
    doubt: AtomicBool,
}

impl Shared {
    pub fn new(service: Arc<Service>, options: Options) -> Self {
        let no = || AtomicBool::new(false);
        Self { service, options, leads: no(), sound: no(), doubt: no() }
    }

    pub fn queue(&self) -> &dyn JobQueue {
        &*self.service.queue
    }

    pub fn store(&self) -> &dyn FrameStore {
        &*self.service.store
    }

    pub fn leads(&self) -> bool {
        self.leads.load(Ordering::SeqCst)
    }

    /// Takes note of whether this process leads; gives whether it did.
    pub fn set_leads(&self, leads: bool) -> bool {
        self.service.metrics.leads.set(i64::from(leads));
        self.leads.swap(leads, Ordering::SeqCst)
    }

    pub fn set_sound(&self, sound: bool) {
        self.sound.store(sound, Ordering::SeqCst);
    }

    /// Whether this process is to do what one is enough for, and the queue lets it.
    pub fn is_in_charge(&self) -> bool {
        self.leads() && self.sound.load(Ordering::SeqCst)
    }

    /// Has queue and store compared at once.
    pub fn doubt(&self) {
        self.doubt.store(true, Ordering::SeqCst);
    }

    /// Whether there was a doubt; the caller clears it up.
    pub fn take_doubt(&self) -> bool {
        self.doubt.swap(false, Ordering::SeqCst)
    }

    /// Follows the queue into another epoch, if that is what an error says.
    pub async fn follow(&self, error: &ServiceError) {
        if !matches!(error, ServiceError::Queue(QueueError::Epoch { current: Some(_), .. })) {
            return;
        }
        match self.queue().join().await {
            Ok(epoch) => {
                tracing::info!(queue.epoch = epoch, "joined the epoch of the queue");
                self.doubt();
            }
            // It has lost its memory again: there will be another epoch.
            Err(error) => tracing::debug!(%error, "join"),
        }
    }
}
