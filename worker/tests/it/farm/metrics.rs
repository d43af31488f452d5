//! What a worker tells of itself.

use std::sync::Arc;

use common::Digest;
use worker::engine::ShapeEngine;
use worker::farm::NotReady;

use super::field::{Field, model};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_painted_is_counted() {
    let field = Field::new().await;
    let mut spec = field.spec(true, 4).await;
    spec.targets[2].line = field.blob("2.png", vec![2; 50]).await;
    field.submit(std::slice::from_ref(&spec)).await;
    let worker = field.start("w1", Arc::new(ShapeEngine));
    let monitor = worker.monitor.clone();
    assert!(monitor.is_alive());
    field.done(0).await;
    assert_eq!(monitor.ready(), Ok(()));
    worker.stop().await;
    assert_eq!(monitor.ready(), Err(NotReady::Ending));
    let text = monitor.metrics().unwrap();
    let label = model(Arc::new(ShapeEngine)).label().to_string();
    for line in [
        format!("shiage_worker_drawings_total{{model=\"{label}\",result=\"painted\",show=\"unknown\"}} 3"),
        format!("shiage_worker_drawings_total{{model=\"{label}\",result=\"failed\",show=\"unknown\"}} 1"),
        format!("shiage_worker_stage_seconds_count{{model=\"{label}\",stage=\"fetch\"}} 1"),
        format!("shiage_worker_stage_seconds_count{{model=\"{label}\",stage=\"upload\"}} 3"),
        format!("shiage_worker_stage_seconds_count{{model=\"{label}\",stage=\"commit\"}} 1"),
        // The two references together, and three targets.
        format!("shiage_worker_batch_segments_count{{model=\"{label}\"}} 4"),
        "shiage_worker_attempts_total{result=\"committed\"} 1".to_owned(),
        "shiage_worker_attempts_total{result=\"permanent\"} 0".to_owned(),
        "shiage_worker_claims_total{result=\"granted\"} 1".to_owned(),
        "shiage_worker_queue_wait_seconds_count 1".to_owned(),
        "shiage_worker_painting 0".to_owned(),
        "shiage_worker_slots 1".to_owned(),
        "shiage_worker_leases 0".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    let value = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        value.unwrap_or_else(|| panic!("{name}: {text}"))
    };
    let memory = |what: &str| value(&format!("shiage_worker_device_memory_{what}_bytes{{device=\"cpu\"}}"));
    assert!(0.0 < memory("used") && memory("used") <= memory("peak") && memory("peak") < memory("total"));
    let requests = |result: &str| {
        value(&format!("shiage_worker_cache_requests_total{{cache=\"drawings\",result=\"{result}\"}}"))
    };
    // Line and painted drawing of two references, and four targets, none of them there before.
    assert_eq!((requests("hit"), requests("miss")), (0.0, 8.0));
    assert!(value("shiage_worker_cache_bytes{cache=\"drawings\"}") > 0.0);
    assert!(value("shiage_worker_heartbeats_total{result=\"heard\"}") > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_counted_by_its_class() {
    let field = Field::new().await;
    let mut spec = field.spec(false, 1).await;
    spec.targets[0].line.digest = Digest::of(b"of a drawing that was never uploaded");
    field.submit(std::slice::from_ref(&spec)).await;
    let worker = field.start("w1", Arc::new(ShapeEngine));
    let monitor = worker.monitor.clone();
    field.wait(&super::field::key(0), |status| status.state == common::queue::JobState::Dead).await;
    worker.stop().await;
    let text = monitor.metrics().unwrap();
    assert!(text.contains("shiage_worker_attempts_total{result=\"permanent\"} 1\n"), "{text}");
}
