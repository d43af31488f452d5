//! References that were embedded, kept for later jobs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cel::Rgba;
use common::Digest;

use super::Settings;
use super::reference::Painted;
use crate::engine::{Engine, SegmentFeatures};
use crate::lru::Lru;

/// Embedded references by what their features follow from, bounded in bytes. It lives as long as the process, so that a
/// design sheet is embedded once and not once a job; any number of threads may paint with it.
#[derive(Debug)]
pub struct ReferenceCache {
    kept: Mutex<Lru<Kept>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// What is kept of a reference.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub painted: Arc<Painted>,
    pub features: Arc<SegmentFeatures>,
}

/// How much a cache has saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheUse {
    /// References found in it.
    pub hits: u64,
    /// References that were not.
    pub misses: u64,
    /// Bytes held.
    pub bytes: u64,
}

impl ReferenceCache {
    /// An empty cache of at most so many bytes.
    #[must_use]
    pub fn new(budget: u64) -> Self {
        Self { kept: Mutex::new(Lru::new(budget)), hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// How much it has saved so far.
    #[must_use]
    pub fn usage(&self) -> CacheUse {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheUse { hits: count(&self.hits), misses: count(&self.misses), bytes: self.lock().bytes() }
    }

    pub(super) fn get(&self, engine: &dyn Engine, settings: &Settings, identity: &Digest) -> Option<Kept> {
        let kept = self.lock().get(&key(engine, settings, identity)).cloned();
        let counter = if kept.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        kept
    }

    pub(super) fn put(&self, engine: &dyn Engine, settings: &Settings, identity: &Digest, kept: Kept) {
        let each = size_of::<Rgba>() + size_of::<f32>();
        let bytes = (kept.features.bytes() + kept.painted.colours.len() * each) as u64;
        self.lock().put(key(engine, settings, identity), kept, bytes);
    }

    fn lock(&self) -> MutexGuard<'_, Lru<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What features and colours follow from besides the files.
fn key(engine: &dyn Engine, settings: &Settings, identity: &Digest) -> Digest {
    let rules = format!("{:?} {}", settings.rules.white, settings.rules.close_gaps);
    let parts = [engine.digest().as_str(), settings.alpha.name(), &rules, identity.as_str()];
    Digest::of_parts(parts.map(str::as_bytes))
}
