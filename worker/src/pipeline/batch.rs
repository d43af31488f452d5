//! How many drawings the engine sees at a time.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use cel::{Drawing, Labels};

use crate::engine::{Engine, EngineError, SegmentFeatures};
use crate::model::Needs;

/// The most drawings of a batch that was not asked for by number: more are no faster, and the first one waits longer.
const ENOUGH: usize = 16;
/// The most that may be asked for.
const MOST: usize = 1024;

/// The batch that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// What there is room for, as long as it pays.
    #[default]
    Auto,
    /// So many drawings.
    Drawings(usize),
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "auto" => Ok(Self::Auto),
            Ok(count) if (1..=MOST).contains(&count) => Ok(Self::Drawings(count)),
            _ => Err(format!("'{text}' is no batch: a number from 1 to {MOST}, or auto")),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Drawings(count) => count.fmt(f),
        }
    }
}

/// A budget that has no room for even one drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a memory budget of {:.1} GB is too small: the model needs {:.1} GB for one drawing at a time; raise \
     --memory-budget, or take a smaller --precision on a GPU",
    *budget as f64 / 1e9,
    *needed as f64 / 1e9
)]
pub struct TooSmall {
    budget: u64,
    needed: u64,
}

impl Wanted {
    /// How many drawings to begin with. `room` is how many bytes of memory may be used, if that is known. On a CPU a
    /// batch gains nothing.
    ///
    /// # Errors
    /// When there is no room for one.
    pub fn choose(self, needs: Option<Needs>, room: Option<u64>, on_cpu: bool) -> Result<usize, TooSmall> {
        let fitting = match (needs, room) {
            (Some(needs), Some(budget)) => match needs.fitting(budget) {
                0 => return Err(TooSmall { budget, needed: needs.of(1) }),
                count => count,
            },
            _ => usize::MAX,
        };
        Ok(match self {
            Self::Drawings(count) => count.min(fitting),
            Self::Auto if on_cpu || needs.is_none() || room.is_none() => 1,
            Self::Auto => fitting.min(ENOUGH),
        })
    }
}

/// How many drawings the engine sees at a time: halved, for good, when the device has no room for them.
#[derive(Debug)]
pub struct Batch(AtomicUsize);

impl Batch {
    /// Batches of so many drawings, at least one.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self(AtomicUsize::new(size.max(1)))
    }

    /// Drawings of a batch, as things stand.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Features of drawings, each with its own success or failure.
    pub(super) fn embed(
        &self,
        engine: &dyn Engine,
        mut drawings: &[(&Drawing, &Labels)],
    ) -> Vec<Result<SegmentFeatures, EngineError>> {
        let mut found = Vec::with_capacity(drawings.len());
        while !drawings.is_empty() {
            let count = self.size().min(drawings.len());
            let (batch, rest) = drawings.split_at(count);
            match engine.embed_all(batch) {
                Ok(all) => found.extend(all.into_iter().map(Ok)),
                Err(error) if count > 1 && error.is_out_of_memory() => {
                    self.halve(count, &error);
                    continue;
                }
                Err(error) if count == 1 => found.push(Err(error)),
                // Which of them it lies in is not known.
                Err(_) => found.extend(batch.iter().map(|(drawing, labels)| engine.embed(drawing, labels))),
            }
            drawings = rest;
        }
        found
    }

    fn halve(&self, failed: usize, error: &EngineError) {
        let half = failed / 2;
        self.0.fetch_min(half, Ordering::Relaxed);
        tracing::warn!(class = "resource", batch = half, %error, "no memory for {failed} drawings at a time");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEEDS: Needs = Needs { fixed: 1000, drawing: 100 };

    #[test]
    fn a_batch_is_what_there_is_room_for() {
        let choose = |wanted: Wanted, room| wanted.choose(Some(NEEDS), room, false);
        assert_eq!(choose(Wanted::Auto, Some(1450)), Ok(4));
        assert_eq!(choose(Wanted::Auto, Some(1 << 40)), Ok(ENOUGH));
        assert_eq!(choose(Wanted::Drawings(3), Some(1450)), Ok(3));
        assert_eq!(choose(Wanted::Drawings(64), Some(1450)), Ok(4));
        assert_eq!(choose(Wanted::Drawings(64), None), Ok(64));
        let refusal = choose(Wanted::Auto, Some(1099)).unwrap_err();
        assert_eq!(refusal, TooSmall { budget: 1099, needed: 1100 });
        assert!(refusal.to_string().contains("--memory-budget"));
    }

    #[test]
    fn nothing_is_gained_on_a_cpu_or_by_an_engine_without_a_network() {
        assert_eq!(Wanted::Auto.choose(Some(NEEDS), Some(1 << 40), true), Ok(1));
        assert_eq!(Wanted::Auto.choose(None, Some(0), false), Ok(1));
        assert_eq!(Wanted::Drawings(8).choose(Some(NEEDS), None, true), Ok(8));
    }

    proptest! {
        #[test]
        fn any_text_is_a_batch_or_an_error(text in ".*") {
            if let Ok(wanted) = text.parse::<Wanted>() {
                prop_assert_eq!(wanted.to_string().parse(), Ok(wanted));
            }
        }

        #[test]
        fn what_is_shown_can_be_read(count in 1..=MOST) {
            let wanted = Wanted::Drawings(count);
            prop_assert_eq!(wanted.to_string().parse(), Ok(wanted));
        }

        #[test]
        fn a_chosen_batch_fits(
            fixed in 0u64..1 << 40, drawing in 1u64..1 << 32, room in 0u64..1 << 44, count in 1..=MOST,
        ) {
            let needs = Needs { fixed, drawing };
            for wanted in [Wanted::Auto, Wanted::Drawings(count)] {
                match wanted.choose(Some(needs), Some(room), false) {
                    Ok(count) => prop_assert!(count >= 1 && needs.of(count) <= room),
                    Err(_) => prop_assert!(needs.of(1) > room),
                }
            }
        }
    }
}
