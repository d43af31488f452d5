//! Workers, the queue and what happened.

use axum::http::Method;
use scheduler::api::{DeadList, ErrorCode, EventList, QueueView, WorkerList};

use super::site::Site;

#[tokio::test]
async fn the_queue_is_paused_and_goes_on() {
    let site = Site::new().await;
    assert!(!site.get("/v1/queue").await.ok::<QueueView>().paused);
    assert!(site.ask(Method::POST, "/v1/queue/pause").await.ok::<QueueView>().paused);
    assert!(site.get("/v1/queue").await.ok::<QueueView>().paused);
    assert!(!site.ask(Method::POST, "/v1/queue/resume").await.ok::<QueueView>().paused);
}

#[tokio::test]
async fn an_empty_farm_has_empty_lists() {
    let site = Site::new().await;
    assert!(site.get("/v1/workers").await.ok::<WorkerList>().workers.is_empty());
    assert!(site.get("/v1/dead").await.ok::<DeadList>().dead.is_empty());
    let events: EventList = site.get("/v1/events").await.ok();
    if let Some(last) = events.events.last() {
        let rest: EventList = site.get(&format!("/v1/events?after={}", last.id)).await.ok();
        assert!(rest.events.is_empty());
    }
}

#[tokio::test]
async fn a_worker_that_is_not_there_is_told() {
    let site = Site::new().await;
    for what in ["drain", "forgive"] {
        let message =
            site.ask(Method::POST, &format!("/v1/workers/w1/{what}")).await.refused(ErrorCode::NotFound);
        assert!(message.contains("worker w1"), "{message}");
    }
}

#[tokio::test]
async fn metrics_tell_of_the_whole_farm() {
    let site = Site::new().await;
    let answer = site.get("/metrics").await;
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = std::str::from_utf8(&answer.body).unwrap();
    for line in
        ["shiage_farm_queue_up 1", "shiage_farm_workers{state=\"idle\"} 0", "shiage_scheduler_leads 0"]
    {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    assert_eq!(site.get("/readyz").await.status, 200);
}
