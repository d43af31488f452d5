//! Episodes to submit and to decide about.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use common::ids::EpisodeId;
use serde::Deserialize;

use crate::api::{Correction, NewPriority, Submitted, Summary, shapes};
use crate::http::extract::{Json as Body, Path, Query};
use crate::http::failure::Failure;
use crate::http::manifest::Submission;
use crate::http::trace::Traced;
use crate::service::Service;

/// Which submission this is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Tells submissions of the same manifest apart: with another token it is another episode.
    token: Option<String>,
}

/// Takes an episode in. The same manifest with the same token is the same episode, however often it is submitted. Its
/// files are uploaded before.
#[utoipa::path(
    post,
    path = "/v1/episodes",
    tag = "episodes",
    params(Which),
    request_body(content((Object = "application/json"), (String = "application/toml")), description = "The manifest, at most 64 MiB; `docs/formats.md` describes it."),
    responses(
        (status = 201, description = "It is new.", body = Submitted),
        (status = 200, description = "It was known, and goes on as it was.", body = Submitted),
    ),
)]
pub async fn submit(
    State(service): State<Arc<Service>>,
    Query(which): Query<Which>,
    Traced(trace): Traced,
    Submission(manifest): Submission,
) -> Result<(StatusCode, Json<Submitted>), Failure> {
    let submitted = service.submit_within(manifest, which.token.as_deref(), trace).await?;
    let status = if submitted.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(submitted)))
}

/// Makes a painted drawing of an episode a reference that stays; what follows from it is painted anew.
#[utoipa::path(
    post,
    path = "/v1/episodes/{id}/correct",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    request_body = Correction,
    responses((status = 200, description = "The new version of the episode.", body = Submitted)),
)]
pub async fn correct(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
    Body(correction): Body<Correction>,
) -> Result<Json<Submitted>, Failure> {
    Ok(Json(service.correct(&id, correction).await?))
}

/// Gives an episode another share of the farm.
#[utoipa::path(
    put,
    path = "/v1/episodes/{id}/priority",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    request_body = NewPriority,
    responses((status = 200, description = "The episode.", body = Summary)),
)]
pub async fn set_priority(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
    Body(new): Body<NewPriority>,
) -> Result<Json<Summary>, Failure> {
    Ok(Json(service.set_priority(&id, new.priority).await?))
}

/// Lets nothing more of an episode be claimed; what runs goes on.
#[utoipa::path(
    post,
    path = "/v1/episodes/{id}/pause",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    responses((status = 200, description = "The episode.", body = Summary)),
)]
pub async fn pause(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
) -> Result<Json<Summary>, Failure> {
    Ok(Json(service.pause(&id).await?))
}

/// Lets a paused episode go on.
#[utoipa::path(
    post,
    path = "/v1/episodes/{id}/resume",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    responses((status = 200, description = "The episode.", body = Summary)),
)]
pub async fn resume(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
) -> Result<Json<Summary>, Failure> {
    Ok(Json(service.resume(&id).await?))
}

/// Cancels an episode for good. What is painted stays.
#[utoipa::path(
    post,
    path = "/v1/episodes/{id}/cancel",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    responses((status = 200, description = "The episode.", body = Summary)),
)]
pub async fn cancel(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
) -> Result<Json<Summary>, Failure> {
    Ok(Json(service.cancel(&id).await?))
}

/// Sends all dead jobs of an episode back.
#[utoipa::path(
    post,
    path = "/v1/episodes/{id}/retry",
    tag = "episodes",
    params(("id" = inline(shapes::EpisodeId), Path, description = "The episode.")),
    responses((status = 200, description = "The episode.", body = Summary)),
)]
pub async fn retry(
    State(service): State<Arc<Service>>,
    Path(id): Path<EpisodeId>,
) -> Result<Json<Summary>, Failure> {
    Ok(Json(service.retry(&id).await?))
}
