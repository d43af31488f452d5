//! How fast the farm paints, from when its jobs were done. Pure.

use std::collections::{BTreeMap, BTreeSet};

use common::ids::{EpisodeId, Show};
use common::queue::{EpisodeState, EpisodeStatus};

/// What is remembered, in seconds.
const LONG: u64 = 600;
/// The shorter window, in seconds.
const SHORT: u64 = 60;

/// Drawings painted in the last ten minutes, by episode and second.
#[derive(Debug, Default)]
pub struct Throughput(BTreeMap<EpisodeId, Run>);

#[derive(Debug, Default)]
struct Run {
    /// Drawings by the second in which their job was done.
    painted: BTreeMap<u64, u32>,
    /// Drawings of jobs that have not come to their end.
    left: u32,
}

/// How fast the farm paints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speed {
    /// Frames a second of each show, over one minute and over ten.
    pub shows: Vec<(Show, f64, f64)>,
    /// Seconds until each open episode is painted, at its speed of the last ten minutes; none of those that stand still.
    pub etas: Vec<(EpisodeId, Show, f64)>,
}

impl Throughput {
    /// A job of an episode was done at this time, in milliseconds since 1970, and had so many drawings painted.
    pub fn painted(&mut self, run: &EpisodeId, done_ms: u64, drawings: u32) {
        *self.0.entry(run.clone()).or_default().painted.entry(done_ms / 1000).or_default() += drawings;
    }

    /// So many drawings of an episode are left.
    pub fn left(&mut self, run: &EpisodeId, drawings: u32) {
        self.0.entry(run.clone()).or_default().left = drawings;
    }

    /// How fast these episodes are painted. What is older than ten minutes is forgotten, and so are other episodes.
    pub fn speeds(&mut self, episodes: &[EpisodeStatus], now_ms: u64) -> Speed {
        let now = now_ms / 1000;
        let known: BTreeSet<&EpisodeId> = episodes.iter().map(|episode| &episode.id).collect();
        self.0.retain(|run, _| known.contains(run));
        for run in self.0.values_mut() {
            run.painted = run.painted.split_off(&now.saturating_sub(LONG - 1));
        }
        let mut shows: BTreeMap<&Show, (u32, u32)> = BTreeMap::new();
        for episode in episodes {
            let sums = shows.entry(&episode.show).or_default();
            if let Some(run) = self.0.get(&episode.id) {
                sums.0 += run.since(now.saturating_sub(SHORT - 1));
                sums.1 += run.since(0);
            }
        }
        let speed = |(show, (short, long)): (&Show, (u32, u32))| {
            (show.clone(), f64::from(short) / SHORT as f64, f64::from(long) / LONG as f64)
        };
        Speed {
            shows: shows.into_iter().map(speed).collect(),
            etas: episodes.iter().filter_map(|episode| self.eta(episode, now_ms)).collect(),
        }
    }

    fn eta(&self, episode: &EpisodeStatus, now_ms: u64) -> Option<(EpisodeId, Show, f64)> {
        let run = self.0.get(&episode.id)?;
        let painted = run.since(0);
        if episode.state != EpisodeState::Open || run.left == 0 || painted == 0 {
            return None;
        }
        let seconds = (now_ms.saturating_sub(episode.created_ms) as f64 / 1000.0).clamp(1.0, LONG as f64);
        let eta = f64::from(run.left) * seconds / f64::from(painted);
        Some((episode.id.clone(), episode.show.clone(), eta))
    }
}

impl Run {
    fn since(&self, second: u64) -> u32 {
        self.painted.range(second..).map(|(_, drawings)| drawings).sum()
    }
}

#[cfg(test)]
mod tests {
    use common::queue::{Priority, StateCounts};

    use super::*;

    const NOW: u64 = 10_000_000;

    fn episode(id: &str, show: &str, state: EpisodeState, created_ms: u64) -> EpisodeStatus {
        EpisodeStatus {
            id: id.parse().unwrap(),
            show: show.parse().unwrap(),
            user: "u".parse().unwrap(),
            priority: Priority::Normal,
            state,
            jobs: 1,
            loaded: 1,
            counts: StateCounts::default(),
            created_ms,
        }
    }

    #[test]
    fn frames_count_for_a_minute_and_for_ten() {
        let mut throughput = Throughput::default();
        let ids: [EpisodeId; 2] = ["e1", "e2"].map(|id| id.parse().unwrap());
        for (id, age, drawings) in
            [(0, 1, 30), (0, 59, 30), (0, 61, 60), (0, 599, 60), (0, 601, 999), (1, 5, 6)]
        {
            throughput.painted(&ids[id], NOW - age * 1000, drawings);
        }
        let episodes = ["e1", "e2", "e3"].map(|id| {
            let show = if id == "e3" { "B" } else { "A" };
            episode(id, show, EpisodeState::Open, 0)
        });
        let speed = throughput.speeds(&episodes, NOW);
        let expected = [("A", 66.0 / 60.0, 186.0 / 600.0), ("B", 0.0, 0.0)];
        assert_eq!(speed.shows, expected.map(|(show, one, ten)| (show.parse().unwrap(), one, ten)));
        assert_eq!(throughput.0.len(), 2);
        throughput.speeds(&episodes[..1], NOW);
        assert_eq!(throughput.0.len(), 1, "what the queue has forgotten goes");
        assert_eq!(throughput.0[&ids[0]].painted.len(), 4, "and so does what is old");
    }

    #[test]
    fn an_eta_needs_an_open_episode_that_moves() {
        let mut throughput = Throughput::default();
        let id: EpisodeId = "e1".parse().unwrap();
        let eta = |throughput: &mut Throughput, state, created_ms| {
            let speed = throughput.speeds(&[episode("e1", "A", state, created_ms)], NOW);
            speed.etas.first().map(|(_, _, seconds)| *seconds)
        };
        throughput.left(&id, 40);
        assert_eq!(eta(&mut throughput, EpisodeState::Open, NOW - 20_000), None);
        throughput.painted(&id, NOW - 3_000, 10);
        assert_eq!(eta(&mut throughput, EpisodeState::Open, NOW - 20_000), Some(80.0));
        assert_eq!(eta(&mut throughput, EpisodeState::Open, 0), Some(2_400.0), "ten minutes at most count");
        assert_eq!(eta(&mut throughput, EpisodeState::Paused, NOW - 20_000), None);
        throughput.left(&id, 0);
        assert_eq!(eta(&mut throughput, EpisodeState::Open, NOW - 20_000), None);
    }
}
