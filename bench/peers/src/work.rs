//! The work that every queue does.

use common::Digest;
use serde::{Deserialize, Serialize};

/// Jobs that are worked on at a time: our queue has so many workers, a peer's worker has them as its concurrency.
pub const CONCURRENCY: u64 = 64;
/// Jobs of an episode and of a clip, as in our own measurement.
const EPISODE_JOBS: u64 = 10_000;
const CLIP_JOBS: u64 = 8;

/// How much work there is, and for how many workers of a peer.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Jobs to hold and complete.
    pub jobs: u64,
    /// Workers of a peer, each with its own connection.
    pub peer_workers: u64,
}

impl Work {
    /// The concurrency of each worker of a peer. Together it is [`CONCURRENCY`].
    pub fn concurrency_of_each(self) -> impl Iterator<Item = usize> {
        (0..self.peer_workers).map(move |number| {
            let further = u64::from(number < CONCURRENCY % self.peer_workers);
            (CONCURRENCY / self.peer_workers + further) as usize
        })
    }

    /// The payloads of all jobs.
    pub fn drawings(self) -> impl Iterator<Item = Drawings> {
        (0..self.jobs).map(|number| Drawings::of(number / EPISODE_JOBS, number % EPISODE_JOBS))
    }
}

/// A job's payload: as JSON the same text that our own measurement gives its jobs.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Drawings {
    clip: String,
    from: u32,
    to: u32,
    spec: String,
}

impl Drawings {
    fn of(episode: u64, index: u64) -> Self {
        let spec = Digest::of(format!("{episode}.{index}").as_bytes()).to_string();
        Self { clip: format!("c{:04}/A", index / CLIP_JOBS), from: 0, to: 16, spec }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_as_long_as_those_of_our_measurement() {
        let text = serde_json::to_string(&Drawings::of(0, 8)).unwrap();
        assert!(text.starts_with(r#"{"clip":"c0001/A","from":0,"to":16,"spec":""#), "{text}");
        assert!((100..=125).contains(&text.len()), "{} bytes", text.len());
    }

    #[test]
    fn the_workers_share_all_concurrency() {
        for peer_workers in [1, 3, 4, 64] {
            let work = Work { jobs: 1, peer_workers };
            assert_eq!(work.concurrency_of_each().count() as u64, peer_workers);
            assert_eq!(work.concurrency_of_each().sum::<usize>() as u64, CONCURRENCY);
        }
    }
}
