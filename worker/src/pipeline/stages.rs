//! How long each stage took, over all threads.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The stages of a drawing's way through the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Read the file, decode it.
    Decode,
    /// Find the segments, and the colours of a reference's segments.
    Segment,
    /// Features of the segments.
    Embed,
    /// Similarities with the references, and the decision.
    Match,
    /// Fill the colours, encode.
    Paint,
    /// Write the files.
    Write,
}

impl Stage {
    /// Every stage, in the order of the way.
    pub const ALL: [Self; 6] =
        [Self::Decode, Self::Segment, Self::Embed, Self::Match, Self::Paint, Self::Write];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Segment => "segment",
            Self::Embed => "embed",
            Self::Match => "match",
            Self::Paint => "paint",
            Self::Write => "write",
        }
    }
}

/// Told of each piece of work, by the thread that did it.
pub trait Watcher: Send + Sync + Debug {
    /// A piece of work has taken so long.
    fn took(&self, stage: Stage, time: Duration);

    /// The engine is given so many segments at a time.
    fn embeds(&self, segments: u32);
}

/// Time spent in each stage, summed over all threads.
#[derive(Debug, Default)]
pub struct StageTimes {
    nanoseconds: [AtomicU64; Stage::ALL.len()],
    watcher: Option<Arc<dyn Watcher>>,
}

impl StageTimes {
    /// Times that somebody is told of as they come.
    #[must_use]
    pub fn watched(watcher: Arc<dyn Watcher>) -> Self {
        Self { watcher: Some(watcher), ..Self::default() }
    }

    /// Runs a piece of work and counts its time to a stage.
    pub fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds[stage as usize].fetch_add(nanoseconds, Ordering::Relaxed);
        if let Some(watcher) = &self.watcher {
            watcher.took(stage, took);
        }
        result
    }

    /// Tells that the engine is given so many segments at a time.
    pub(super) fn embeds(&self, segments: u32) {
        if let Some(watcher) = &self.watcher {
            watcher.embeds(segments);
        }
    }

    /// Seconds by the name of the stage.
    #[must_use]
    pub fn seconds(&self) -> BTreeMap<&'static str, f64> {
        let seconds = |stage: Stage| self.nanoseconds[stage as usize].load(Ordering::Relaxed) as f64 / 1e9;
        Stage::ALL.into_iter().map(|stage| (stage.name(), seconds(stage))).collect()
    }
}
