//! A pod of a worker is taken away, as a cluster does it.

use std::time::{Duration, Instant};

use common::ids::JobKey;
use common::queue::{JobQueue as _, JobState};
use e2e::{Farm, Figures, Process, Verdict};
use tempfile::TempDir;
use tokio::process::Command;

use super::metrics::get;
use super::pod::Pod;
use super::{PATIENCE, farm, shiage};

/// Starts the worker of the manifest: its arguments, and nothing but its environment. Addresses and the folder of its volume
/// are those of this machine. Gives the port where it is asked how it is.
fn start(farm: &Farm, pod: &mut Pod, dir: &TempDir) -> (Process, u16) {
    let port = e2e::free_port().unwrap();
    assert!(pod.replace("--metrics-addr", &format!("127.0.0.1:{port}")).starts_with("0.0.0.0:"));
    let work = dir.path().join("work");
    std::fs::create_dir(&work).unwrap();
    let mounted = pod.replace("--work-dir", work.to_str().unwrap());
    assert!(pod.mounts.contains(&mounted), "{mounted} cannot be written to");
    for (name, value) in farm.addresses() {
        pod.env.insert(name.to_owned(), value);
    }
    let mut command = Command::new(shiage());
    command.args(&pod.args).env_clear().envs(&pod.env);
    (Process::start(command, &dir.path().join("worker.log")).unwrap(), port)
}

async fn answers(port: u16, path: &str, patience: Duration) {
    let began = Instant::now();
    while get(port, path).await.is_err() {
        assert!(began.elapsed() < patience, "{path} does not answer in {patience:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The files of all attempts.
async fn uploaded(farm: &Farm) -> usize {
    let store = farm.store().await.unwrap();
    store.list(&"out/".parse().unwrap(), None, 1_000).await.unwrap().entries.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pod_that_is_taken_away_finishes_its_batch_and_hands_the_rest_back() {
    let mut farm =
        farm().workers(0).models(&["builtin"]).lease(15).target_seconds(3_600).start().await.unwrap();
    let (dir, mut pod) = (TempDir::new().unwrap(), Pod::of_worker());
    let (mut worker, port) = start(&farm, &mut pod, &dir);
    answers(port, &pod.startup.0, pod.startup.1).await;
    answers(port, &pod.readiness, PATIENCE).await;

    let (drawings, wanted) = (dir.path().join("drawings"), dir.path().join("wanted"));
    Figures::small(41, 1, 60).write(&drawings).unwrap();
    let options = ["--model", "builtin", "--mode", "previous-frame"];
    let episode = farm.submit(&drawings, &options).await.unwrap();
    let job = JobKey { episode: episode.parse().unwrap(), index: 0 };
    let queue = farm.queue().await.unwrap();
    queue.join().await.unwrap();
    let began = Instant::now();
    while queue.job(&job).await.unwrap().progress < 3 {
        assert!(began.elapsed() < PATIENCE, "nothing is painted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    // SIGTERM, then the manifest's time; it must end by itself, and with 0.
    worker.terminate(pod.grace).await.unwrap();
    let status = queue.job(&job).await.unwrap();
    assert_eq!((status.state, status.attempt), (JobState::Ready, 0), "given back, and not charged");
    assert!((3..59).contains(&status.progress), "{} of 59 drawings", status.progress);
    assert_eq!(
        uploaded(&farm).await,
        2 * status.progress as usize,
        "what was painted is uploaded and recorded"
    );
    assert!(queue.workers().await.unwrap().is_empty(), "it has left");

    farm.add_worker().await.unwrap();
    farm.paint(&drawings, &wanted, &options).await.unwrap();
    let status = farm.wait(&episode, PATIENCE).await.unwrap_or_else(|e| panic!("{e}\n{}", farm.logs()));
    let verdict = Verdict::of(&farm, &episode, &status, &wanted).await.unwrap();
    assert_eq!((verdict.violations, verdict.drawings), (Vec::new(), 59));
    farm.stop().await.unwrap();
}
