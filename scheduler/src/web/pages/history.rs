//! What people have corrected of a drawing, and the way back.

use axum::extract::State;
use axum::response::Redirect;
use common::ids::EpisodeId;
use maud::{Markup, html};
use serde::Deserialize;

use super::episode::clip_address;
use super::parts::ago;
use super::shell;
use crate::http::{Path, Query, Role};
use crate::service::Change;
use crate::web::fault::Result;
use crate::web::forms::Form;
use crate::web::guard::Viewer;
use crate::web::pictures::Picture;
use crate::web::state::Web;

/// Which drawing.
#[derive(Debug, Deserialize)]
pub struct Which {
    clip: String,
    key: String,
}

/// How a drawing was, the latest first.
pub async fn history(
    viewer: Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Query(which): Query<Which>,
) -> Result<Markup> {
    let changes = web.service.history(&id, &which.key).await?;
    let session = viewer.0;
    Ok(html! {
        ol.history {
            @for (place, change) in changes.iter().enumerate() {
                li {
                    @if let Some(painted) = &change.painted {
                        img src=(Picture::blob(&painted.digest).thumb()) alt="" loading="lazy";
                    }
                    span { (what(change)) " " span.soft { (when(change)) } }
                    @if place > 0 && session.role >= Role::Submit {
                        form.inline method="post" action={ "/episodes/" (id) "/restore" } {
                            (shell::key(&session))
                            input type="hidden" name="clip" value=(which.clip);
                            input type="hidden" name="key" value=(which.key);
                            input type="hidden" name="revision" value=(change.revision);
                            button type="submit" aria-label={ "Bring back version " (change.revision) } { "Bring back" }
                        }
                    }
                }
            }
        }
    })
}

const fn what(change: &Change) -> &'static str {
    match (&change.painted, change.revision) {
        (None, _) => "painted by the farm",
        (Some(_), 1) => "given painted",
        (Some(_), _) => "corrected",
    }
}

fn when(change: &Change) -> String {
    let at = change.at.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let ago = at.map_or_else(String::new, |at| format!(", {}", ago(at.as_millis() as u64)));
    format!("version {}{ago}", change.revision)
}

/// Which version of a drawing to bring back.
#[derive(Debug, Deserialize)]
pub struct Back {
    form_key: String,
    clip: String,
    key: String,
    revision: u32,
}

/// Brings an earlier version back.
pub async fn restore(
    viewer: Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Form(back): Form<Back>,
) -> Result<Redirect> {
    viewer.decides(Role::Submit, &back.form_key)?;
    web.service.restore(&id, &back.key, back.revision).await?;
    web.looks.clips.forget(&(id.clone(), back.clip.clone()));
    web.looks.episodes.forget(&id);
    Ok(Redirect::to(&clip_address(&id, &back.clip, Some(&back.key))))
}
