//! An episode: its clips as pictures with their progress, what failed and why, and what can be decided about it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use common::ids::EpisodeId;
use common::queue::Priority;
use maud::{Markup, html};
use serde::Deserialize;

use super::farm::short;
use super::parts::{pager, phase, progress, seconds, speed, tile};
use super::shell;
use crate::api::{ClipView, Phase, Summary};
use crate::http::{Path, Query, Role};
use crate::service::{DrawingDetail, Overview};
use crate::web::fault::Result;
use crate::web::guard::Viewer;
use crate::web::live::{Parts, watch};
use crate::web::pictures::Picture;
use crate::web::session::Session;
use crate::web::state::Web;

/// Clips on a page.
const CLIPS: usize = 60;
/// Failures looked for.
const FAILURES: usize = 100;

/// Which page of the clips.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: usize,
}

async fn look(web: &Web, id: &EpisodeId) -> Result<Arc<Overview>> {
    let make = async { Ok(web.service.overview(id, FAILURES).await?) };
    web.looks.episodes.get(id, make).await
}

/// The page.
pub async fn episode(
    Viewer(session): Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Query(which): Query<Which>,
) -> Result<Markup> {
    let look = look(&web, &id).await?;
    let summary = &look.episode.summary;
    let body = html! {
        h1 { (summary.show.as_str()) " " span.soft { (short(id.as_str())) } }
        @for (id, part) in parts(&look, which.page, &session) { div id=(id) { (part) } }
    };
    let trail = [(summary.show.to_string(), format!("/episodes/{id}"))];
    let live = format!("/episodes/{id}/live?page={}", which.page);
    let page =
        shell::Page { title: summary.show.as_str(), trail: &trail, live: &live, scripts: &[], wide: false };
    Ok(shell::page(&page, &session, &body))
}

/// Its changes.
pub async fn episode_live(
    Viewer(session): Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Query(which): Query<Which>,
) -> Result<Response> {
    watch(&web, move |web| {
        let (id, session) = (id.clone(), session.clone());
        async move { Ok(parts(&*look(&web, &id).await?, which.page, &session)) }
    })
}

fn parts(look: &Overview, page: usize, session: &Session) -> Parts {
    vec![
        ("summary", summary(&look.episode.summary)),
        ("decisions", decisions(&look.episode.summary, session)),
        ("failures", failures(look)),
        ("clips", clips(look, page)),
    ]
}

fn summary(episode: &Summary) -> Markup {
    let counts = &episode.drawings;
    let eta = episode.eta_seconds.map_or_else(|| "–".to_owned(), seconds);
    let rate = episode.drawings_per_second.map_or_else(|| "–".to_owned(), speed);
    html! {
        div.lead { (phase(episode.state)) (progress(counts, episode.show.as_str())) }
        dl.tiles {
            (tile("drawings", &format!("{} / {}", counts.given + counts.painted, counts.total), ""))
            (tile("ready in", &eta, ""))
            (tile("drawings a second", &rate, ""))
            (tile("failed", &counts.failed.to_string(), ""))
            (tile("jobs", &format!("{} / {}", episode.jobs.done, total(episode)), &waits(episode)))
            (tile("version", &episode.revision.to_string(), episode.model.split('@').next().unwrap_or_default()))
        }
    }
}

const fn total(episode: &Summary) -> u32 {
    let jobs = &episode.jobs;
    jobs.blocked
        + jobs.parked
        + jobs.ready
        + jobs.running
        + jobs.delayed
        + jobs.done
        + jobs.dead
        + jobs.cancelled
}

fn waits(episode: &Summary) -> String {
    let jobs = &episode.jobs;
    let named =
        [(jobs.running, "running"), (jobs.ready, "ready"), (jobs.delayed, "delayed"), (jobs.dead, "dead")];
    let some = named.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}"));
    some.collect::<Vec<_>>().join(", ")
}

fn decisions(episode: &Summary, session: &Session) -> Markup {
    if session.role < Role::Submit {
        return html! {};
    }
    let to = |decision: &str| format!("/episodes/{}/decide/{decision}", episode.id);
    let over = matches!(episode.state, Phase::Done | Phase::Cancelled | Phase::Incomplete);
    html! {
        div.decisions {
            form.inline method="post" {
                (shell::key(session))
                @if episode.state == Phase::Paused {
                    button #resume type="submit" formaction=(to("resume")) { "Resume" }
                } @else if !over {
                    button #pause type="submit" formaction=(to("pause")) { "Pause" }
                }
                @if episode.jobs.dead > 0 || episode.state == Phase::Incomplete {
                    button #retry type="submit" formaction=(to("retry")) { "Retry what failed" }
                }
            }
            @if !over {
                form.inline method="post" action=(to("priority")) {
                    (shell::key(session))
                    label for="priority" { "Priority" }
                    select #priority name="priority" {
                        @for priority in [Priority::Low, Priority::Normal, Priority::High, Priority::Urgent] {
                            option value=(priority) selected[priority == episode.priority] { (priority) }
                        }
                    }
                    button #set-priority type="submit" { "Set" }
                }
                details.inline {
                    summary #cancel { "Cancel…" }
                    form.inline method="post" action=(to("cancel")) {
                        (shell::key(session))
                        span { "For good; what is painted stays." }
                        button.danger type="submit" { "Cancel the episode" }
                    }
                }
            }
        }
    }
}

fn failures(look: &Overview) -> Markup {
    html! {
        @if !look.failures.is_empty() {
            section.failures aria-labelledby="failures-title" {
                h2 #failures-title { "Could not be painted" span.soft { (look.episode.summary.drawings.failed) } }
                ul.plain { @for failed in &look.failures {
                    li {
                        a href=(clip_address(&look.episode.summary.id, &failed.clip, Some(&failed.key))) { (failed.key) }
                        " " (failed.error)
                    }
                } }
            }
        }
        @if !look.episode.notices.is_empty() {
            section.failures aria-labelledby="notices-title" {
                h2 #notices-title { "References that could not be used" }
                ul.plain { @for notice in &look.episode.notices { li { (notice) } } }
            }
        }
    }
}

/// The address of a clip's page, at a drawing.
pub fn clip_address(id: &EpisodeId, clip: &str, drawing: Option<&str>) -> String {
    let drawing = drawing.map(|key| ("drawing", key));
    let query: Vec<(&str, &str)> = std::iter::once(("name", clip)).chain(drawing).collect();
    format!("/episodes/{id}/clip?{}", serde_urlencoded::to_string(query).unwrap_or_default())
}

fn clips(look: &Overview, page: usize) -> Markup {
    let (all, id) = (&look.episode.clips, &look.episode.summary.id);
    let pages = all.len().div_ceil(CLIPS);
    let shown = all.iter().zip(&look.posters).skip(page.saturating_mul(CLIPS)).take(CLIPS);
    html! {
        section aria-labelledby="clips-title" {
            h2 #clips-title { "Clips" span.soft { (all.len()) } }
            ul.cards { @for (clip, poster) in shown { (card(id, clip, poster.as_ref())) } }
            (pager("Pages of clips", page, pages, |page| format!("/episodes/{id}?page={page}")))
        }
    }
}

fn card(id: &EpisodeId, clip: &ClipView, poster: Option<&DrawingDetail>) -> Markup {
    let counts = &clip.drawings;
    let picture = poster.map(|drawing| {
        let painted = drawing.painting.as_ref().map(|painting| Picture::painted(painting, &drawing.key));
        painted.unwrap_or_else(|| Picture::blob(&drawing.line))
    });
    html! {
        li.card {
            a href=(clip_address(id, &clip.name, None)) {
                span.frame { @if let Some(picture) = picture {
                    img src=(picture.thumb()) alt="" loading="lazy" decoding="async";
                } }
                b { (clip.name) }
            }
            (progress(counts, &clip.name))
            span.soft {
                (counts.given + counts.painted) " / " (counts.total)
                @if clip.jobs.running > 0 { " · being painted" }
            }
            @if counts.failed > 0 { " " b.bad { (counts.failed) " failed" } }
        }
    }
}
