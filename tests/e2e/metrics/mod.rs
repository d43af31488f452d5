//! Metrics as Prometheus reads them, while the farm paints.

mod prometheus;

use std::time::{Duration, Instant};

use e2e::{Farm, Figures};
use tempfile::TempDir;

pub(super) use self::prometheus::get;
use self::prometheus::{Prometheus, monitoring, queries};
use super::{PATIENCE, farm};

/// Waits until each query has a value, and has something painted meanwhile; gives those that had none.
async fn without_value(farm: &Farm, prometheus: &Prometheus, mut left: Vec<String>) -> Vec<String> {
    let (began, dir) = (Instant::now(), TempDir::new().unwrap());
    let mut painting: Option<String> = None;
    let mut seed = 100;
    while !left.is_empty() && began.elapsed() < PATIENCE {
        let is_painted = match &painting {
            Some(episode) => farm.status(episode).await.unwrap()["state"] == "done",
            None => true,
        };
        if is_painted {
            seed += 1;
            let drawings = dir.path().join(seed.to_string());
            Figures::small(seed, 12, 24).write(&drawings).unwrap();
            painting = Some(farm.submit(&drawings, &[]).await.unwrap());
        }
        let mut still = Vec::new();
        for query in left {
            if prometheus.values(&query).await.unwrap().is_empty() {
                still.push(query);
            }
        }
        left = still;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    if let Some(episode) = painting {
        farm.wait(&episode, PATIENCE).await.unwrap();
    }
    left
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_query_of_dashboards_and_rules_has_a_value_while_an_episode_is_painted() {
    let farm = farm().target_seconds(1).start().await.unwrap();
    let folder = TempDir::new().unwrap();
    let mut prometheus = Prometheus::start(&farm, folder.path(), e2e::free_port().unwrap()).await.unwrap();
    let mut wanted = prometheus.rules().await.unwrap();
    assert!(wanted.len() >= 10, "{wanted:?}");
    for dashboard in ["farm", "gpu-and-memory"] {
        let found = queries(&monitoring().join(format!("dashboards/{dashboard}.json"))).unwrap();
        assert!(found.len() >= 10, "{dashboard}: {found:?}");
        wanted.extend(found);
    }
    let without = without_value(&farm, &prometheus, wanted).await;
    assert_eq!(without, [""; 0], "no value in {} s\n{}", PATIENCE.as_secs(), farm.logs());
    no_ids_are_labels(&farm).await;
    prometheus.process.terminate(PATIENCE).await.unwrap();
    farm.stop().await.unwrap();
}

/// Of jobs and drawings there are too many for labels.
async fn no_ids_are_labels(farm: &Farm) {
    let ports = farm.workers.iter().map(|worker| worker.metrics).chain([farm.schedulers[0].port()]);
    for port in ports {
        let text = get(port, "/metrics").await.unwrap();
        assert!(text.contains("shiage_build_info"), "{text}");
        let is_id = |line: &&str| ["c000", ".png", "worker=", "job="].iter().any(|part| line.contains(part));
        assert_eq!(text.lines().find(is_id), None);
        for path in ["/healthz", "/readyz"] {
            assert_eq!(get(port, path).await.unwrap(), "ok\n", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_goes_from_the_command_to_the_worker() {
    let farm = farm().workers(1).start().await.unwrap();
    let dir = TempDir::new().unwrap();
    Figures::small(7, 1, 3).write(dir.path()).unwrap();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let traceparent = format!("00-{trace}-00f067aa0ba902b7-01");
    let path = dir.path().to_str().unwrap();
    let submit = ["submit", path, "--show", "Test", "--user", "test", "--model", "shape", "--json"];
    let output = farm.shiage_with(&submit, &[("TRACEPARENT", &traceparent)]).await.unwrap();
    let submitted = output.ended(0).unwrap().json().unwrap();
    farm.wait(submitted["id"].as_str().unwrap(), PATIENCE).await.unwrap();
    let logs = farm.logs();
    let done = logs.lines().filter(|line| line.contains("\"message\":\"done\"")).collect::<Vec<_>>();
    assert!(
        !done.is_empty() && done.iter().all(|line| line.contains(&format!("\"trace.id\":\"{trace}\""))),
        "{logs}"
    );
    farm.stop().await.unwrap();
}

#[test]
fn the_rules_are_sound_and_each_alert_has_its_runbook() {
    let rules = monitoring().join("rules.yaml");
    let checked = std::process::Command::new("promtool").args(["check", "rules"]).arg(&rules).output();
    let checked = checked.unwrap_or_else(|error| panic!("promtool: {error}; tests/run installs it"));
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let operations = monitoring().join("../../../docs/operations.md");
    let operations = std::fs::read_to_string(operations).unwrap();
    let text = std::fs::read_to_string(rules).unwrap();
    let alerts: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 10);
    for alert in alerts {
        assert!(
            operations.contains(&format!("#### {alert}\n")),
            "docs/operations.md says nothing of {alert}"
        );
        let link = format!("runbook: docs/operations.md#{}\n", alert.to_lowercase());
        assert!(text.contains(&link), "{alert}: expected {link}");
    }
}
