//! What all pages share.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use super::fresh::Fresh;
use super::pages::FarmLook;
use super::pictures::{Palettes, Thumbs};
use super::samples::Samples;
use super::session::Signer;
use crate::http::Auth;
use crate::service::{ClipDetail, Overview, Service};
use common::ids::EpisodeId;

/// Pages that may be watched at a time: each holds a connection.
const WATCHERS: usize = 256;

/// What all pages share.
#[derive(Clone, Debug)]
pub struct Web {
    pub(super) service: Arc<Service>,
    pub(super) signer: Arc<Signer>,
    pub(super) samples: Arc<Samples>,
    pub(super) thumbs: Arc<Thumbs>,
    pub(super) palettes: Arc<Palettes>,
    pub(super) looks: Arc<Looks>,
    pub(super) watchers: Arc<Semaphore>,
    closing: Arc<watch::Sender<bool>>,
}

/// What pages show, a moment old at most: everybody who looks at the same page shares one look.
#[derive(Debug, Default)]
pub(super) struct Looks {
    pub farm: Fresh<u32, FarmLook>,
    pub episodes: Fresh<EpisodeId, Overview>,
    pub clips: Fresh<(EpisodeId, String), ClipDetail>,
}

impl Web {
    /// Pages over a service, for those that `auth` knows.
    #[must_use]
    pub fn new(service: Arc<Service>, auth: Arc<Auth>) -> Self {
        Self {
            signer: Arc::new(Signer::new(auth)),
            samples: Arc::new(Samples::default()),
            thumbs: Arc::new(Thumbs::new(Arc::clone(&service.store))),
            palettes: Arc::default(),
            looks: Arc::default(),
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            closing: Arc::new(watch::channel(false).0),
            service,
        }
    }

    /// Measures how fast the farm paints, for as long as it is polled.
    pub async fn measure(self) {
        self.samples.keep(&self.service).await;
    }

    /// Ends every page that is watched: no request of theirs ever ends by itself.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Comes back when the server closes.
    pub(super) async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        let _ = closing.wait_for(|&closing| closing).await;
    }
}
