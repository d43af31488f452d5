use common::queue::{PoolCounts, Priority, StateCounts};

use super::*;

fn pool(name: &str, workers: u32) -> PoolCounts {
    PoolCounts { pool: name.parse().unwrap(), ready: 5, running: 2, delayed: 1, workers, head_age_ms: 1_500 }
}

fn episode(id: &str, show: &str, state: EpisodeState, counts: [u32; 8]) -> EpisodeStatus {
    EpisodeStatus {
        id: id.parse().unwrap(),
        show: show.parse().unwrap(),
        user: "u".parse().unwrap(),
        priority: Priority::Normal,
        state,
        jobs: 9,
        loaded: 9,
        counts: StateCounts(counts),
        created_ms: 0,
    }
}

fn worker(id: &str, state: WorkerState, blocked_until_ms: u64, running: &[&str]) -> WorkerStatus {
    WorkerStatus {
        id: id.parse().unwrap(),
        state,
        pools: Vec::new(),
        info: serde_json::to_string(&WorkerInfo { concurrency: 2, ..WorkerInfo::default() }).unwrap(),
        beat_ms: 0,
        blame: 0,
        blocked_until_ms,
        running: running.iter().map(|key| key.parse().unwrap()).collect(),
    }
}

fn view() -> View {
    let (show, etas) = ("A".parse().unwrap(), vec![("e1".parse().unwrap(), "A".parse().unwrap(), 90.0)]);
    View {
        epoch: Some(3),
        counts: QueueCounts {
            pools: vec![pool("gpu", 2), pool("cpu", 0)],
            dead: 4,
            stale: 7,
            ..QueueCounts::default()
        },
        episodes: vec![
            episode("e1", "A", EpisodeState::Open, [3, 0, 5, 2, 1, 8, 4, 0]),
            episode("e2", "A", EpisodeState::Paused, [0, 6, 0, 0, 0, 0, 0, 0]),
            episode("e3", "B", EpisodeState::Loading, [0, 2, 0, 0, 0, 0, 0, 0]),
            episode("e4", "B", EpisodeState::Open, [0, 0, 0, 0, 0, 9, 0, 0]),
        ],
        workers: vec![
            worker("w1", WorkerState::Active, 0, &["e1.0"]),
            worker("w2", WorkerState::Active, 0, &[]),
            worker("w3", WorkerState::Active, 101, &[]),
            worker("w4", WorkerState::Draining, 0, &["e1.1"]),
        ],
        now_ms: 100,
        speeds: Some(Speed { shows: vec![(show, 1.5, 0.5)], etas }),
    }
}

fn lines(view: Option<&View>) -> Vec<String> {
    let text = registry(view, &Bounded::new(1)).unwrap().text().unwrap();
    text.lines().map(str::to_owned).collect()
}

#[track_caller]
fn has(lines: &[String], wanted: &[&str]) {
    for wanted in wanted {
        assert!(lines.iter().any(|line| line == wanted), "{wanted}: {lines:#?}");
    }
}

#[test]
fn the_farm_is_told_in_whole_numbers() {
    let lines = lines(Some(&view()));
    has(
        &lines,
        &[
            "shiage_farm_queue_up 1",
            "shiage_farm_epoch 3",
            "shiage_farm_paused 0",
            "shiage_farm_dead_jobs 4",
            "shiage_farm_stale_completions 7",
            "shiage_farm_pool_jobs{pool=\"gpu\",state=\"running\"} 2",
            "shiage_farm_pool_workers{pool=\"cpu\"} 0",
            "shiage_farm_pool_oldest_ready_seconds{pool=\"gpu\"} 1.5",
            "shiage_farm_jobs{show=\"A\",state=\"parked\"} 6",
            "shiage_farm_jobs{show=\"A\",state=\"done\"} 8",
            "shiage_farm_episodes{state=\"finished\"} 1",
            "shiage_farm_episodes{state=\"cancelled\"} 0",
            "shiage_farm_workers{state=\"busy\"} 1",
            "shiage_farm_workers{state=\"idle\"} 1",
            "shiage_farm_workers{state=\"blocked\"} 1",
            "shiage_farm_workers{state=\"draining\"} 1",
            "shiage_farm_slots 6",
            "shiage_farm_frames_per_second{show=\"A\",window=\"1m\"} 1.5",
            "shiage_farm_episode_eta_seconds{episode=\"e1\",show=\"A\"} 90",
        ],
    );
    has(&lines, &["shiage_farm_jobs{show=\"other\",state=\"done\"} 9"]);
}

#[test]
fn every_job_that_waits_has_one_reason() {
    let mut view = view();
    let expected = [3, 2, 6, 2, 5, 5];
    assert_eq!(reasons(&view), expected);
    view.counts.paused = true;
    assert_eq!(reasons(&view), [3, 2, 16, 2, 0, 0]);
}

#[test]
fn what_cannot_be_seen_is_not_told() {
    let lines = lines(None);
    has(&lines, &["shiage_farm_queue_up 0"]);
    assert_eq!(lines.iter().filter(|line| !line.starts_with('#')).count(), 1, "{lines:?}");
    let replica = View { speeds: None, ..view() };
    assert!(!self::lines(Some(&replica)).iter().any(|line| line.contains("per_second")));
}
