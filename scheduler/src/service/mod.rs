//! What the farm does with episodes: takes them in, puts their jobs into the queue, and tells how far they are. Every
//! operation reads the store, which is the record, and can be repeated on any replica.

mod blobs;
mod clip;
mod commits;
mod control;
mod correct;
mod enqueue;
mod error;
mod farm;
mod files;
mod history;
mod models;
mod read;
mod recent;
mod records;
mod submit;
mod tally;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};

use common::farm::{JobId, Manifest, ModelLabel};
use common::ids::EpisodeId;
use common::queue::JobQueue;
use common::store::FrameStore;

pub(crate) use self::blobs::digest_of;
pub use self::clip::{ClipDetail, DrawingDetail, Failed, Overview, Painting, Reading};
use self::commits::CommitFacts;
pub use self::enqueue::{Enqueued, Plan};
pub use self::error::{Result, ServiceError};
pub use self::history::Change;
use self::history::Versions;
pub use self::recent::{JobBrief, Recent};
pub use self::records::Record;
pub(crate) use self::records::episode_of;
use crate::metrics::Metrics;

/// Requests to the store at a time, for one request to the service.
pub(crate) const AT_A_TIME: usize = 32;

/// What a service is set up with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Models that are known without any worker, since they are part of the program.
    pub models: Vec<ModelLabel>,
    /// Seconds that a job should take.
    pub target_seconds: u32,
}

/// The scheduler without its HTTP and its rounds.
pub struct Service {
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) store: Arc<dyn FrameStore>,
    settings: Settings,
    /// Plans of episodes by their names in the queue: they follow from the store and are made again if need be.
    plans: Mutex<BTreeMap<EpisodeId, Arc<Plan>>>,
    /// The latest version of manifests that has been seen, and its number.
    manifests: Mutex<BTreeMap<EpisodeId, (u32, Arc<Manifest>)>>,
    /// What the versions of episodes have changed.
    versions: Mutex<BTreeMap<EpisodeId, Versions>>,
    commits: Mutex<HashMap<JobId, Arc<CommitFacts>>>,
    pub(crate) metrics: Metrics,
}

impl Service {
    /// A service over a queue and a store.
    #[must_use]
    pub fn new(queue: Arc<dyn JobQueue>, store: Arc<dyn FrameStore>, settings: Settings) -> Self {
        Self {
            queue,
            store,
            settings,
            plans: Mutex::default(),
            manifests: Mutex::default(),
            versions: Mutex::default(),
            commits: Mutex::default(),
            metrics: Metrics::new(),
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("queue", &self.queue)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
