//! How far the publication of an episode is, in the memory of this process. Another one begins from nothing and finds in
//! the store what is published.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::farm::Pace;
use common::queue::{EpisodeStatus, JobState};
use tokio::time::Instant;

use super::given::Given;
use crate::rounds::trouble::Trouble;

/// Jobs looked through in a second, at most, while an episode is painted: their records must be read to find the new ones.
const JOBS_A_SECOND: f64 = 5_000.0;

/// Drawings of a job that is published.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    pub painted: u32,
    pub failed: u32,
    pub pace: Option<Pace>,
    /// Segments that a person should look at.
    pub review: u32,
}

/// How far the publication of a version of an episode is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Jobs of which everything is published, by number.
    pub published: BTreeMap<u32, Outcome>,
    /// What became of the drawings that were given painted, once they are published.
    pub given: Option<Given>,
    /// When it was last looked at.
    pub looked: Option<Instant>,
    /// Since when it is known to be over.
    pub over: Option<Instant>,
    /// Clips whose end others were told of.
    pub told: BTreeSet<String>,
    /// Whether others were told that only dead jobs hold it up.
    pub halted: bool,
    /// What was told of failures.
    pub trouble: Trouble,
}

impl Progress {
    /// Whether there may be something to do. What is over is looked at again every `recheck`.
    pub fn is_due(&self, status: &EpisodeStatus, recheck: Duration, now: Instant) -> bool {
        let Some(looked) = self.looked else { return true };
        let since = now.duration_since(looked);
        let pause = Duration::from_secs_f64(f64::from(status.loaded) / JOBS_A_SECOND);
        if status.is_finished() {
            return match self.over {
                Some(_) => since >= recheck,
                // The last look came before the end, or failed.
                None => !self.trouble.is_told() || since >= pause,
            };
        }
        let done = status.counts.of(JobState::Done) as usize;
        let halts = status.is_halted() != self.halted;
        let news = self.over.is_some() || self.given.is_none() || done != self.published.len() || halts;
        news && since >= pause
    }

    /// Drawings of all published jobs.
    pub fn outcome(&self) -> Outcome {
        self.published.values().fold(Outcome::default(), |sum, job| Outcome {
            painted: sum.painted + job.painted,
            failed: sum.failed + job.failed,
            review: sum.review + job.review,
            pace: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use common::queue::{EpisodeState, Priority, StateCounts};

    use super::*;

    const RECHECK: Duration = Duration::from_secs(60);

    fn status(ready: u32, done: u32) -> EpisodeStatus {
        let mut counts = StateCounts::default();
        for (place, state) in JobState::ALL.into_iter().enumerate() {
            counts.0[place] = match state {
                JobState::Ready => ready,
                JobState::Done => done,
                _ => 0,
            };
        }
        EpisodeStatus {
            id: "e1".parse().unwrap(),
            show: "S".parse().unwrap(),
            user: "u".parse().unwrap(),
            priority: Priority::Normal,
            state: EpisodeState::Open,
            jobs: ready + done,
            loaded: ready + done,
            counts,
            created_ms: 0,
        }
    }

    fn after(jobs: u32, looked: Instant) -> Progress {
        let outcome = Outcome { painted: 2, failed: 1, review: 4, pace: None };
        let published = (0..jobs).map(|job| (job, outcome)).collect();
        Progress { published, given: Some(Given::default()), looked: Some(looked), ..Progress::default() }
    }

    #[test]
    fn an_episode_is_looked_at_when_there_is_news() {
        let (began, seconds) = (Instant::now(), Duration::from_secs);
        let due = |progress: &Progress, status: &EpisodeStatus, after: u64| {
            progress.is_due(status, RECHECK, began + seconds(after))
        };
        assert!(due(&Progress::default(), &status(4, 0), 0), "given drawings are to be published");
        assert!(!due(&after(2, began), &status(4, 2), 99), "nothing has changed");
        assert!(due(&after(2, began), &status(3, 3), 1));
        assert!(
            !due(&after(2, began), &status(29_997, 3), 5),
            "a long one is not looked through all the time"
        );
        assert!(due(&after(2, began), &status(29_997, 3), 6));
    }

    #[test]
    fn the_end_is_seen_at_once_and_again_after_a_while() {
        let began = Instant::now();
        let mut progress = after(30_000, began);
        assert!(progress.is_due(&status(0, 30_000), RECHECK, began));
        progress.trouble.is_new(&"the store is full");
        assert!(
            !progress.is_due(&status(0, 30_000), RECHECK, began + RECHECK / 20),
            "it failed a moment ago"
        );
        assert!(progress.is_due(&status(0, 30_000), RECHECK, began + RECHECK / 10));
        progress.over = Some(began);
        assert!(!progress.is_due(&status(0, 30_000), RECHECK, began + RECHECK / 2));
        assert!(progress.is_due(&status(0, 30_000), RECHECK, began + RECHECK));
        assert!(progress.is_due(&status(1, 29_999), RECHECK, began + RECHECK / 2), "jobs were sent back");
    }

    #[test]
    fn drawings_add_up() {
        let sum = Outcome { painted: 6, failed: 3, review: 12, pace: None };
        assert_eq!(after(3, Instant::now()).outcome(), sum);
    }
}
