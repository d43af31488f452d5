//! What all slots of a worker share.

use std::sync::Arc;

use common::ids::Pool;
use common::store::FrameStore;

use super::blobs::BlobCache;
use super::leases::Leases;
use super::metrics::Metrics;
use super::model::FarmModel;
use super::options::Options;
use super::phase::Drain;
use super::session::Session;
use super::warm::Warm;
use super::work_dir::WorkDir;
use crate::pipeline::{Batch, ReferenceCache};

/// What all slots of a worker share.
#[derive(Debug)]
pub(super) struct Shared {
    pub options: Options,
    pub models: Vec<FarmModel>,
    /// Pools of the queue that it serves.
    pub pools: Vec<Pool>,
    pub store: Arc<dyn FrameStore>,
    pub session: Session,
    pub leases: Arc<Leases>,
    pub drain: Drain,
    pub batch: Batch,
    pub references: Arc<ReferenceCache>,
    pub blobs: BlobCache,
    pub warm: Warm,
    pub work_dir: WorkDir,
    pub metrics: Arc<Metrics>,
}
