//! What the store says of an episode and the queue does not know yet.

use common::farm::Decision;
use common::queue::{EpisodeState, EpisodeStatus, JobState, JobStatus, Priority};

use crate::service::Record;

/// Something to tell the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amendment {
    Cancel,
    Pause,
    Resume,
    Share(Priority),
}

/// What the queue is to be told of an episode. The record must have been read after the status: decisions go to the store
/// first, so where the two differ, the record is the later one.
pub(super) fn amendments(record: &Record, status: &EpisodeStatus) -> Vec<Amendment> {
    let wanted = record.control.priority.unwrap_or(record.manifest.priority);
    let state = match (record.control.decision, status.state) {
        (_, EpisodeState::Cancelled) => return Vec::new(),
        (Decision::Cancelled, _) => return vec![Amendment::Cancel],
        (Decision::Paused, EpisodeState::Open) => Some(Amendment::Pause),
        (Decision::Open, EpisodeState::Paused) => Some(Amendment::Resume),
        _ => None,
    };
    let share = (wanted != status.priority).then_some(Amendment::Share(wanted));
    state.into_iter().chain(share).collect()
}

/// Whether the store may have a commit of a job that the queue does not know. In the epoch in which a worker got the job,
/// the queue knows that somebody had it; `all` is for what was granted before.
pub(super) fn may_be_committed(job: &JobStatus, all: bool) -> bool {
    match job.state {
        JobState::Done | JobState::Cancelled => false,
        JobState::Running | JobState::Delayed | JobState::Dead => true,
        JobState::Blocked | JobState::Parked | JobState::Ready => all || job.attempt > 0,
    }
}

#[cfg(test)]
mod tests {
    use common::farm::{Control, Format, Manifest};
    use common::queue::StateCounts;

    use super::*;

    fn record(decision: Decision, priority: Option<Priority>) -> Record {
        let manifest = br#"{"format": 1, "show": "S", "user": "u", "clips": []}"#;
        Record {
            id: "e1".parse().unwrap(),
            revision: 1,
            manifest: Manifest::from_json(manifest).unwrap(),
            control: Control { format: Format, decision, priority },
            finished: None,
        }
    }

    fn told(decision: Decision, priority: Option<Priority>, state: EpisodeState) -> Vec<Amendment> {
        let status = EpisodeStatus {
            id: "e1".parse().unwrap(),
            show: "S".parse().unwrap(),
            user: "u".parse().unwrap(),
            priority: Priority::Normal,
            state,
            jobs: 1,
            loaded: 1,
            counts: StateCounts::default(),
            created_ms: 0,
        };
        amendments(&record(decision, priority), &status)
    }

    #[test]
    fn the_queue_is_told_what_the_store_says() {
        use Amendment::{Cancel, Pause, Resume, Share};
        use EpisodeState::{Cancelled, Loading, Open, Paused};
        let high = Some(Priority::High);
        for (decision, priority, state, expected) in [
            (Decision::Open, None, Open, vec![]),
            (Decision::Open, None, Paused, vec![Resume]),
            (Decision::Paused, None, Open, vec![Pause]),
            (Decision::Paused, high, Open, vec![Pause, Share(Priority::High)]),
            (Decision::Paused, None, Loading, vec![]),
            (Decision::Open, high, Open, vec![Share(Priority::High)]),
            (Decision::Cancelled, high, Open, vec![Cancel]),
            (Decision::Cancelled, None, Loading, vec![Cancel]),
            (Decision::Cancelled, None, Cancelled, vec![]),
        ] {
            assert_eq!(told(decision, priority, state), expected, "{decision:?} {priority:?} {state:?}");
        }
    }

    #[test]
    fn only_what_somebody_had_may_be_committed() {
        let job = |state, attempt| JobStatus {
            key: "e1.0".parse().unwrap(),
            state,
            pool: "default".parse().unwrap(),
            attempt,
            progress: 0,
            since_ms: 0,
            note: String::new(),
        };
        let asked = |all: bool, attempt: u32| -> Vec<JobState> {
            let asked = |state: &JobState| may_be_committed(&job(*state, attempt), all);
            JobState::ALL.into_iter().filter(asked).collect()
        };
        use JobState::{Blocked, Dead, Delayed, Parked, Ready, Running};
        assert_eq!(asked(false, 0), [Running, Delayed, Dead]);
        assert_eq!(asked(false, 1), [Blocked, Parked, Ready, Running, Delayed, Dead]);
        assert_eq!(asked(true, 0), asked(false, 1));
    }
}
