//! Workers and the queue.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use common::ids::WorkerId;

use crate::api::{DeadList, ErrorCode, EventList, QueueView, WorkerList, shapes};
use crate::http::extract::{Path, Query};
use crate::http::failure::Failure;
use crate::http::page::{Head, Page};
use crate::service::Service;

/// The workers of the farm.
#[utoipa::path(get, path = "/v1/workers", tag = "farm", responses((status = 200, description = "They.", body = WorkerList)))]
pub async fn workers(State(service): State<Arc<Service>>) -> Result<Json<WorkerList>, Failure> {
    Ok(Json(service.workers().await?))
}

/// Lets a worker finish what it has; it gets no more.
#[utoipa::path(
    post,
    path = "/v1/workers/{id}/drain",
    tag = "farm",
    params(("id" = inline(shapes::WorkerId), Path, description = "The worker.")),
    responses((status = 204, description = "It is told.")),
)]
pub async fn drain(
    State(service): State<Arc<Service>>,
    Path(id): Path<WorkerId>,
) -> Result<StatusCode, Failure> {
    service.drain_worker(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives jobs again to a worker that failed what others finished.
#[utoipa::path(
    post,
    path = "/v1/workers/{id}/forgive",
    tag = "farm",
    params(("id" = inline(shapes::WorkerId), Path, description = "The worker.")),
    responses((status = 204, description = "It gets jobs again.")),
)]
pub async fn forgive(
    State(service): State<Arc<Service>>,
    Path(id): Path<WorkerId>,
) -> Result<StatusCode, Failure> {
    service.forgive_worker(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the queue holds.
#[utoipa::path(get, path = "/v1/queue", tag = "farm", responses((status = 200, description = "That.", body = QueueView)))]
pub async fn queue(State(service): State<Arc<Service>>) -> Result<Json<QueueView>, Failure> {
    Ok(Json(service.queue().await?))
}

/// Lets nobody claim anything; what runs goes on.
#[utoipa::path(post, path = "/v1/queue/pause", tag = "farm", responses((status = 200, description = "The queue.", body = QueueView)))]
pub async fn pause_queue(State(service): State<Arc<Service>>) -> Result<Json<QueueView>, Failure> {
    Ok(Json(service.pause_queue(true).await?))
}

/// Lets everybody claim again.
#[utoipa::path(post, path = "/v1/queue/resume", tag = "farm", responses((status = 200, description = "The queue.", body = QueueView)))]
pub async fn resume_queue(State(service): State<Arc<Service>>) -> Result<Json<QueueView>, Failure> {
    Ok(Json(service.pause_queue(false).await?))
}

/// Dead jobs, the latest first.
#[utoipa::path(get, path = "/v1/dead", tag = "farm", params(Head), responses((status = 200, description = "They.", body = DeadList)))]
pub async fn dead(
    State(service): State<Arc<Service>>,
    Query(head): Query<Head>,
) -> Result<Json<DeadList>, Failure> {
    Ok(Json(service.dead(head.limit()).await?))
}

/// What happened, the oldest first.
#[utoipa::path(get, path = "/v1/events", tag = "farm", params(Page), responses((status = 200, description = "A page of it.", body = EventList)))]
pub async fn events(
    State(service): State<Arc<Service>>,
    Query(page): Query<Page>,
) -> Result<Json<EventList>, Failure> {
    Ok(Json(service.events(page.after(), page.limit()).await?))
}

/// Metrics of this process and of the whole farm, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "server", responses((status = 200, description = "They.", content_type = "text/plain", body = String)))]
pub async fn metrics(State(service): State<Arc<Service>>) -> Result<impl IntoResponse, Failure> {
    let broken = |error| Failure::new(ErrorCode::Internal, format!("metrics: {error}; this is a bug"));
    Ok(([(CONTENT_TYPE, common::metrics::CONTENT_TYPE)], service.metrics().await.map_err(broken)?))
}
