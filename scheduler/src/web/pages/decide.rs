//! Decisions made on pages: each is a form, and leads back to where it was made.

use axum::extract::State;
use axum::response::Redirect;
use common::ids::{EpisodeId, WorkerId};
use common::queue::Priority;
use serde::Deserialize;

use crate::api::ErrorCode;
use crate::http::{Path, Role};
use crate::web::fault::{Fault, Result};
use crate::web::forms::Form;
use crate::web::guard::Viewer;
use crate::web::state::Web;

/// What a form of a decision holds.
#[derive(Debug, Deserialize)]
pub struct Decision {
    form_key: String,
    priority: Option<Priority>,
}

/// Decides about an episode.
pub async fn decide_episode(
    viewer: Viewer,
    State(web): State<Web>,
    Path((id, decision)): Path<(EpisodeId, String)>,
    Form(form): Form<Decision>,
) -> Result<Redirect> {
    viewer.decides(Role::Submit, &form.form_key)?;
    let service = &web.service;
    match (decision.as_str(), form.priority) {
        ("pause", _) => service.pause(&id).await?,
        ("resume", _) => service.resume(&id).await?,
        ("cancel", _) => service.cancel(&id).await?,
        ("retry", _) => service.retry(&id).await?,
        ("priority", Some(priority)) => service.set_priority(&id, priority).await?,
        _ => return Err(unknown(&decision)),
    };
    web.looks.episodes.forget(&id);
    Ok(Redirect::to(&format!("/episodes/{id}")))
}

/// Decides about a worker.
pub async fn decide_worker(
    viewer: Viewer,
    State(web): State<Web>,
    Path((id, decision)): Path<(WorkerId, String)>,
    Form(form): Form<Decision>,
) -> Result<Redirect> {
    viewer.decides(Role::Admin, &form.form_key)?;
    match decision.as_str() {
        "drain" => web.service.drain_worker(&id).await?,
        "forgive" => web.service.forgive_worker(&id).await?,
        _ => return Err(unknown(&decision)),
    }
    web.looks.farm.forget(&0);
    Ok(Redirect::to("/"))
}

/// Decides about the whole queue.
pub async fn decide_queue(
    viewer: Viewer,
    State(web): State<Web>,
    Path(decision): Path<String>,
    Form(form): Form<Decision>,
) -> Result<Redirect> {
    viewer.decides(Role::Admin, &form.form_key)?;
    match decision.as_str() {
        "pause" => web.service.pause_queue(true).await?,
        "resume" => web.service.pause_queue(false).await?,
        _ => return Err(unknown(&decision)),
    };
    web.looks.farm.forget(&0);
    Ok(Redirect::to("/"))
}

fn unknown(decision: &str) -> Fault {
    Fault::new(ErrorCode::NotFound, format!("{decision}: there is no such decision"))
}
