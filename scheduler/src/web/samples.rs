//! How fast the farm has painted: a look at the queue every few seconds.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use common::ids::EpisodeId;
use tokio::time::{MissedTickBehavior, interval};

use crate::service::Service;

/// Time between two looks.
pub const EVERY: Duration = Duration::from_secs(5);
/// Looks kept: half an hour.
pub const KEPT: usize = 360;

/// How the farm was at a look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Drawings painted a second since the look before.
    pub speed: f64,
    /// Memory of all workers, in bytes.
    pub memory: f64,
}

/// How the farm was at each look, the oldest first.
#[derive(Debug, Default)]
pub struct Samples(Mutex<VecDeque<Sample>>);

impl Samples {
    /// Looks again and again. What cannot be seen for a while counts as nothing painted.
    pub async fn keep(&self, service: &Service) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before: Option<Progress> = None;
        loop {
            ticks.tick().await;
            let (Ok(now), Ok(workers)) = (service.progress().await, service.workers().await) else {
                continue;
            };
            let painted = before.as_ref().map_or(0, |before| painted(before, &now));
            let memory: u64 = workers.workers.iter().map(|worker| worker.info.rss_bytes).sum();
            let speed = f64::from(painted) / EVERY.as_secs_f64();
            self.add(Sample { speed, memory: memory as f64 });
            before = Some(now);
        }
    }

    fn add(&self, sample: Sample) {
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.len() == KEPT {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    /// All that are kept, the oldest first.
    pub fn all(&self) -> Vec<Sample> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }
}

/// Drawings that each episode in the queue has come to an end with.
pub type Progress = HashMap<EpisodeId, u32>;

/// Drawings painted between two looks. What a rebuilt queue knows less of is not lost.
fn painted(before: &Progress, now: &Progress) -> u32 {
    now.iter().map(|(id, &count)| count.saturating_sub(before.get(id).copied().unwrap_or(0))).sum()
}

/// The mean over the latest `seconds`.
pub fn mean(samples: &[f64], seconds: u64) -> f64 {
    let count = (seconds / EVERY.as_secs()).max(1) as usize;
    let latest = &samples[samples.len().saturating_sub(count)..];
    if latest.is_empty() { 0.0 } else { latest.iter().sum::<f64>() / latest.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(pairs: &[(&str, u32)]) -> Progress {
        pairs.iter().map(|(id, count)| (id.parse().unwrap(), *count)).collect()
    }

    #[test]
    fn only_what_was_painted_in_between_counts() {
        let (before, now) =
            (progress(&[("a", 5), ("b", 9), ("d", 4)]), progress(&[("a", 8), ("c", 6), ("d", 0)]));
        assert_eq!(painted(&before, &now), 9);
    }

    #[test]
    fn a_mean_is_over_the_latest() {
        assert_eq!(mean(&[], 60), 0.0);
        assert_eq!(mean(&[100.0, 1.0, 3.0], 10), 2.0);
        assert_eq!(mean(&[2.0, 4.0], 600), 3.0);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let samples = Samples::default();
        (0..=KEPT as u32).for_each(|i| samples.add(Sample { speed: f64::from(i), memory: 0.0 }));
        assert_eq!((samples.all().len(), samples.all()[0].speed), (KEPT, 1.0));
    }
}
