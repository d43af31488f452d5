//! How long each stage took, over all threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

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
    const ALL: [Self; 6] = [Self::Decode, Self::Segment, Self::Embed, Self::Match, Self::Paint, Self::Write];

    const fn name(self) -> &'static str {
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

/// Time spent in each stage, summed over all threads.
#[derive(Debug, Default)]
pub struct StageTimes([AtomicU64; Stage::ALL.len()]);

impl StageTimes {
    /// Runs a piece of work and counts its time to a stage.
    pub fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0[stage as usize].fetch_add(nanoseconds, Ordering::Relaxed);
        result
    }

    /// Seconds by the name of the stage.
    #[must_use]
    pub fn seconds(&self) -> BTreeMap<&'static str, f64> {
        let seconds = |stage: Stage| self.0[stage as usize].load(Ordering::Relaxed) as f64 / 1e9;
        Stage::ALL.into_iter().map(|stage| (stage.name(), seconds(stage))).collect()
    }
}
