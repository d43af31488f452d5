//! What it costs to take a pod away.

use std::collections::BTreeMap;

use common::farm::WorkerInfo;
use common::queue::{WorkerState, WorkerStatus};

/// Of a worker that is leaving in any case.
const LEAVING: i32 = -1;
/// Of one that has nothing to do.
const IDLE: i32 = 0;
/// Of one with jobs.
const BUSY: i32 = 1;

/// What each pod costs, by the name that its workers give for their machine. That need be none of a pod; what cannot be one
/// is left out.
pub(crate) fn costs(workers: &[WorkerStatus]) -> BTreeMap<String, i32> {
    let mut costs = BTreeMap::new();
    for worker in workers {
        let info: WorkerInfo = serde_json::from_str(&worker.info).unwrap_or_default();
        if is_pod(&info.host) {
            // One that has died in a pod is still listed beside the one that came after it.
            let cost: &mut i32 = costs.entry(info.host).or_insert(LEAVING);
            *cost = cost_of(worker).max(*cost);
        }
    }
    costs
}

fn cost_of(worker: &WorkerStatus) -> i32 {
    match worker.state {
        WorkerState::Draining => LEAVING,
        WorkerState::Active if worker.running.is_empty() => IDLE,
        WorkerState::Active => BUSY,
    }
}

/// Whether a pod can have this name.
fn is_pod(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'.';
    let ends = [name.bytes().next(), name.bytes().last()];
    let whole = ends.iter().all(|end| end.is_some_and(|c| c.is_ascii_alphanumeric()));
    whole && name.len() <= 253 && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn worker(host: &str, state: WorkerState, jobs: u32) -> WorkerStatus {
        let info = WorkerInfo { host: host.into(), ..WorkerInfo::default() };
        WorkerStatus {
            id: "w1".parse().unwrap(),
            state,
            pools: Vec::new(),
            info: serde_json::to_string(&info).unwrap(),
            beat_ms: 0,
            blame: 0,
            blocked_until_ms: 0,
            running: (0..jobs).map(|job| format!("e1.{job}").parse().unwrap()).collect(),
        }
    }

    #[test]
    fn idle_pods_go_before_busy_ones() {
        use WorkerState::{Active, Draining};
        let workers = [
            worker("worker-a", Active, 2),
            worker("worker-b", Active, 0),
            worker("worker-c", Draining, 1),
            worker("worker-b", Draining, 1),
            worker("../nodes/n1", Active, 1),
            WorkerStatus { info: "{".into(), ..worker("worker-d", Active, 1) },
        ];
        let costs: Vec<(String, i32)> = costs(&workers).into_iter().collect();
        let expected = [("worker-a", BUSY), ("worker-b", IDLE), ("worker-c", LEAVING)];
        assert_eq!(costs, expected.map(|(pod, cost)| (pod.to_owned(), cost)));
    }

    proptest! {
        /// The name goes into the path of a request.
        #[test]
        fn a_pod_is_one_part_of_a_path(name in ".{0,300}") {
            if is_pod(&name) {
                let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '.');
                prop_assert!(!name.contains(odd) && !name.starts_with('.') && name.len() <= 253);
            }
        }
    }
}
