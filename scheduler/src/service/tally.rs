//! How far an episode is, counted from the states of its jobs. Pure.

use common::farm::{FailedDrawing, Finished};
use common::queue::JobState;

use crate::api::{DrawingCounts, DrawingState, JobCounts};

/// What is known of a job.
#[derive(Clone, Debug)]
pub(super) struct JobFacts {
    pub state: JobState,
    /// Drawings it has come to an end with.
    pub progress: u32,
    pub attempt: u32,
    pub since_ms: u64,
    pub note: String,
    /// Drawings of a job that is done that could not be painted.
    pub failed: Vec<FailedDrawing>,
    /// References that could not be used.
    pub unusable: Vec<String>,
}

impl JobFacts {
    /// Where the drawing at a place among the targets is, and why if it failed.
    pub fn drawing(&self, place: usize, key: &str) -> (DrawingState, Option<String>) {
        let reached = place < self.progress as usize;
        match self.state {
            JobState::Done => match self.failed.iter().find(|failed| failed.key == key) {
                Some(failed) => (DrawingState::Failed, Some(failed.error.clone())),
                None => (DrawingState::Painted, None),
            },
            JobState::Dead => (DrawingState::Failed, Some(self.note.clone())),
            _ if reached => (DrawingState::Painted, None),
            JobState::Running => (DrawingState::Running, None),
            _ => (DrawingState::Waiting, None),
        }
    }

    /// Its drawings, `targets` of them, by where they are.
    pub fn drawings(&self, targets: u32) -> DrawingCounts {
        let (painted, failed) = match self.state {
            JobState::Done => {
                let failed = self.failed.len() as u32;
                (targets.saturating_sub(failed), failed)
            }
            JobState::Dead => (0, targets),
            _ => (self.progress.min(targets), 0),
        };
        DrawingCounts { total: targets, given: 0, painted, failed, left: targets - painted - failed }
    }
}

impl DrawingCounts {
    /// Adds other drawings.
    pub(super) const fn add(&mut self, other: Self) {
        self.total += other.total;
        self.given += other.given;
        self.painted += other.painted;
        self.failed += other.failed;
        self.left += other.left;
    }

    /// Drawings that are given painted.
    pub(super) const fn given(count: u32) -> Self {
        Self { total: count, given: count, painted: 0, failed: 0, left: 0 }
    }

    /// Of an episode that is finished.
    pub(super) const fn finished(finished: &Finished) -> Self {
        let Finished { painted, given, failed, .. } = *finished;
        Self { total: painted + given + failed, given, painted, failed, left: 0 }
    }
}

impl JobCounts {
    /// Counts one job.
    pub(super) const fn count(&mut self, state: JobState) {
        *match state {
            JobState::Blocked => &mut self.blocked,
            JobState::Parked => &mut self.parked,
            JobState::Ready => &mut self.ready,
            JobState::Running => &mut self.running,
            JobState::Delayed => &mut self.delayed,
            JobState::Done => &mut self.done,
            JobState::Dead => &mut self.dead,
            JobState::Cancelled => &mut self.cancelled,
        } += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(state: JobState, progress: u32) -> JobFacts {
        let failed = vec![FailedDrawing { key: "b".into(), error: "torn".into() }];
        JobFacts {
            state,
            progress,
            attempt: 1,
            since_ms: 0,
            note: "why".into(),
            failed,
            unusable: Vec::new(),
        }
    }

    #[test]
    fn every_drawing_is_counted_once() {
        for state in JobState::ALL {
            let counts = facts(state, 2).drawings(5);
            assert_eq!(counts.painted + counts.failed + counts.left, 5, "{state:?}");
        }
        let done = facts(JobState::Done, 0).drawings(5);
        assert_eq!((done.painted, done.failed), (4, 1));
        assert_eq!(facts(JobState::Dead, 2).drawings(5).failed, 5);
        assert_eq!(facts(JobState::Running, 2).drawings(5).painted, 2);
    }

    #[test]
    fn a_drawing_is_where_its_job_is() {
        let state = |state, place, key| facts(state, 2).drawing(place, key);
        assert_eq!(state(JobState::Done, 0, "a"), (DrawingState::Painted, None));
        assert_eq!(state(JobState::Done, 1, "b"), (DrawingState::Failed, Some("torn".into())));
        assert_eq!(state(JobState::Running, 1, "b").0, DrawingState::Painted);
        assert_eq!(state(JobState::Running, 2, "c").0, DrawingState::Running);
        assert_eq!(state(JobState::Blocked, 2, "c").0, DrawingState::Waiting);
        assert_eq!(state(JobState::Dead, 0, "a"), (DrawingState::Failed, Some("why".into())));
    }
}
