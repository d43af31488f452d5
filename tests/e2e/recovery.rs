//! What a farm loses, and finds again.

use std::time::Duration;

use e2e::{Farm, Figures, Verdict};
use serde_json::Value;
use tempfile::TempDir;

use super::{PATIENCE, farm};

/// Submits an episode and waits until some of it is painted.
async fn half_painted(farm: &Farm, dir: &TempDir, seed: u64) -> String {
    let drawings = dir.path().join("drawings");
    Figures::small(seed, 6, 16).write(&drawings).unwrap();
    farm.paint(&drawings, &dir.path().join("wanted"), &[]).await.unwrap();
    let episode = farm.submit(&drawings, &[]).await.unwrap();
    for _ in 0..600 {
        if farm.status(&episode).await.unwrap()["drawings"]["painted"].as_u64().unwrap() >= 5 {
            return episode;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing is painted\n{}", farm.logs());
}

async fn is_right(farm: &Farm, dir: &TempDir, episode: &str) -> Value {
    let status =
        farm.wait(episode, PATIENCE).await.unwrap_or_else(|error| panic!("{error}\n{}", farm.logs()));
    let verdict = Verdict::of(farm, episode, &status, &dir.path().join("wanted")).await.unwrap();
    assert_eq!(verdict.violations, [""; 0]);
    assert_eq!(verdict.drawings, 90);
    status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_redis_is_rebuilt_from_the_store() {
    let farm = farm().schedulers(2).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let episode = half_painted(&farm, &dir, 11).await;
    farm.empty_redis().await.unwrap();
    is_right(&farm, &dir, &episode).await;
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_wakes_up_late_changes_nothing() {
    let farm = farm().start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let episode = half_painted(&farm, &dir, 12).await;
    farm.workers[0].process.freeze();
    tokio::time::sleep(farm.lease() * 2).await;
    farm.workers[0].process.thaw();
    is_right(&farm, &dir, &episode).await;
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_processes_killed_at_once_go_on_where_they_were() {
    let mut farm = farm().start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let episode = half_painted(&farm, &dir, 13).await;
    for index in 0..farm.workers.len() {
        farm.workers[index].process.kill().await.unwrap();
    }
    farm.schedulers[0].process.kill().await.unwrap();
    farm.redis.restart().await.unwrap();
    farm.replace_scheduler(0).await.unwrap();
    for index in 0..farm.workers.len() {
        farm.replace_worker(index).await.unwrap();
    }
    is_right(&farm, &dir, &episode).await;
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_cut_off_with_the_old_primary_changes_nothing() {
    let mut farm = farm().schedulers(2).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let episode = half_painted(&farm, &dir, 17).await;
    let old = farm.fail_over().await.unwrap();
    tokio::time::sleep(farm.lease() * 2).await;
    farm.workers[0].redis.lead_to(farm.redis.port());
    farm.workers[0].redis.blink();
    drop(old);
    is_right(&farm, &dir, &episode).await;
    farm.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_episode_stays_cancelled() {
    let farm = farm().start().await.unwrap();
    let dir = TempDir::new().unwrap();
    let episode = half_painted(&farm, &dir, 14).await;
    farm.shiage(&["cancel", &episode]).await.unwrap().ended(0).unwrap();
    assert_eq!(farm.wait(&episode, PATIENCE).await.unwrap()["state"], "cancelled");
    farm.empty_redis().await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(farm.status(&episode).await.unwrap()["state"], "cancelled");
    farm.stop().await.unwrap();
}
