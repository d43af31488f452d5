//! A farm is upgraded while it paints: workers of two versions on one queue.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use common::farm::Commit;
use e2e::{Farm, Figures, Verdict};
use serde_json::Value;
use tempfile::TempDir;

use super::metrics::get;
use super::{PATIENCE, farm};

/// A worker that reads the first format of specs alone.
fn old_worker() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/old_worker");
    assert!(program.is_file(), "{}: build it first: cargo build -p e2e --examples", program.display());
    program
}

/// Draws an episode, paints it without the farm and submits it; gives its name.
async fn submit(farm: &Farm, dir: &TempDir, (name, figures): (&str, Figures), options: &[&str]) -> String {
    let (drawings, wanted) = (dir.path().join(name), dir.path().join(format!("{name}-wanted")));
    figures.write(&drawings).unwrap();
    farm.paint(&drawings, &wanted, options).await.unwrap();
    farm.submit(&drawings, options).await.unwrap()
}

async fn until(farm: &Farm, what: &str, is: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !is().await {
        assert!(tokio::time::Instant::now() < deadline, "waited in vain until {what}\n{}", farm.logs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn painted(farm: &Farm, episode: &str) -> u64 {
    farm.status(episode).await.unwrap()["drawings"]["painted"].as_u64().unwrap()
}

/// The pools of the queue for jobs of the second format: ready jobs, running ones and workers.
async fn second_format(farm: &Farm) -> Vec<[u64; 3]> {
    let queue = farm.shiage(&["queue", "--json"]).await.unwrap().ended(0).unwrap().json().unwrap();
    let pools = queue["pools"].as_array().unwrap().iter();
    let later = pools.filter(|pool| pool["pool"].as_str().unwrap().ends_with("-f2"));
    later.map(|pool| ["ready", "running", "workers"].map(|what| pool[what].as_u64().unwrap())).collect()
}

/// How often each drawing was painted, by the logs of all workers, and the highest attempt at a job.
fn tally(farm: &Farm) -> (BTreeMap<String, u32>, u64) {
    let (mut times, mut attempts) = (BTreeMap::new(), 0);
    for line in farm.logs().lines().filter(|line| line.contains("\"painted\"")) {
        let event: Value = serde_json::from_str(line).unwrap();
        if let Some(drawing) = event["drawing.id"].as_str().filter(|_| event["message"] == "painted") {
            *times.entry(format!("{} of {}", drawing, event["span"]["job.id"])).or_default() += 1;
            attempts = attempts.max(event["span"]["job.attempt"].as_u64().unwrap());
        }
    }
    (times, attempts)
}

/// How many jobs old workers have committed, and new ones.
async fn commits(farm: &Farm) -> [usize; 2] {
    let (store, mut counts) = (farm.store().await.unwrap(), [0, 0]);
    let listed = store.list(&"jobs/".parse().unwrap(), None, 1_000).await.unwrap();
    assert!(listed.next.is_none(), "all jobs are looked at");
    for entry in listed.entries.iter().filter(|entry| entry.key.as_str().ends_with("/commit.json")) {
        let commit = Commit::from_json(&store.get(&entry.key).await.unwrap()).unwrap();
        counts[usize::from(!commit.worker.as_str().starts_with("old-"))] += 1;
    }
    counts
}

/// Two old workers paint an episode; another one comes that they cannot read; then each is drained and a new one takes its
/// place. What is in flight goes on, and what waited is painted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_are_replaced_while_they_paint() {
    let mut farm = farm().workers(0).log("info,worker=debug").start().await.unwrap();
    let old = old_worker();
    for _ in 0..2 {
        farm.add_worker_of(&old).await.unwrap();
    }
    let dir = TempDir::new().unwrap();
    let plain = submit(&farm, &dir, ("plain", Figures::small(31, 10, 24)), &[]).await;
    until(&farm, "old workers paint", async || painted(&farm, &plain).await >= 5).await;
    let ruled = submit(&farm, &dir, ("ruled", Figures::small(32, 3, 6)), &["--close-gaps", "2"]).await;

    // Nobody reads it yet: it is told of, and waits without an attempt.
    let waits = farm.shiage(&["explain", &format!("{ruled}.0")]).await.unwrap().ended(0).unwrap().stdout;
    assert!(waits.contains("waits for a worker") && waits.contains("reads format 2"), "{waits}");
    let pools = second_format(&farm).await;
    assert!(matches!(pools[..], [[ready, 0, 0]] if ready > 0), "{pools:?}");
    let metrics = get(farm.schedulers[0].port(), "/metrics").await.unwrap();
    let no_worker = metrics.lines().find(|line| line.contains("reason=\"no-worker\"")).unwrap();
    assert!(!no_worker.ends_with(" 0"), "{no_worker}");

    for index in 0..2 {
        farm.workers[index].process.terminate(PATIENCE).await.unwrap();
        farm.start_worker_at(index).unwrap();
    }
    for (name, episode) in [("plain", &plain), ("ruled", &ruled)] {
        let status = farm.wait(episode, PATIENCE).await.unwrap_or_else(|e| panic!("{e}\n{}", farm.logs()));
        let wanted = dir.path().join(format!("{name}-wanted"));
        let verdict = Verdict::of(&farm, episode, &status, &wanted).await.unwrap();
        assert_eq!((verdict.violations, verdict.drawings), (Vec::new(), 245), "{name}");
    }
    let commits = commits(&farm).await;
    assert!(commits.iter().all(|count| *count > 0), "jobs of old and new workers: {commits:?}");
    let (times, attempts) = tally(&farm);
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times != 1).collect();
    assert!(twice.is_empty() && times.len() == 245, "{} drawings; more than once: {twice:?}", times.len());
    assert_eq!(attempts, 1, "a job that is handed over costs no attempt");
    farm.stop().await.unwrap();
}
