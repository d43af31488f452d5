//! Episodes and jobs to look at.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use common::ids::{EpisodeId, JobKey};

use crate::api::{DrawingList, EpisodeList, EpisodeView, JobDetail, JobList, shapes};
use crate::http::extract::{Path, Query};
use crate::http::failure::Failure;
use crate::http::page::Page;
use crate::service::Service;

/// All episodes, the newest first.
#[utoipa::path(get, path = "/v1/episodes", tag = "episodes", responses((status = 200, description = "They.", body = EpisodeList)))]
pub async fn episodes(State(service): State<Arc<Service>>) -> Result<Json<EpisodeList>, Failure> {
    Ok(Json(service.summaries().await?))
}

/// An episode with its clips.
#[utoipa::path(
    get,
    path = "/v1/episodes/{id}",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    responses((status = 200, description = "It.", body = EpisodeView)),
)]
pub async fn episode(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
) -> Result<Json<EpisodeView>, Failure> {
    Ok(Json(service.episode(&id).await?))
}

/// Jobs of an episode, in the order of the plan.
#[utoipa::path(
    get,
    path = "/v1/episodes/{id}/jobs",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode."), Page),
    responses((status = 200, description = "A page of them.", body = JobList)),
)]
pub async fn jobs(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
    Query(page): Query<Page>,
) -> Result<Json<JobList>, Failure> {
    Ok(Json(service.jobs(&id, page.after(), page.limit()).await?))
}

/// Drawings of an episode, in the order of the manifest.
#[utoipa::path(
    get,
    path = "/v1/episodes/{id}/drawings",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode."), Page),
    responses((status = 200, description = "A page of them.", body = DrawingList)),
)]
pub async fn drawings(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
    Query(page): Query<Page>,
) -> Result<Json<DrawingList>, Failure> {
    Ok(Json(service.drawings(&id, page.after(), page.limit()).await?))
}

/// A job, why it is where it is, and what it paints.
#[utoipa::path(
    get,
    path = "/v1/jobs/{key}",
    tag = "episodes",
    params(("key" = inline(shapes::JobKey), Path, description = "The job: `EPISODE.NUMBER`.")),
    responses((status = 200, description = "It.", body = JobDetail)),
)]
pub async fn job(
    State(service): State<Arc<Service>>,
    Path(key): Path<JobKey>,
) -> Result<Json<JobDetail>, Failure> {
    Ok(Json(service.job(&key).await?))
}
