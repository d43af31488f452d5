//! A clip: its drawings as a strip, one of them large with its layers, and the tools to correct it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use common::ids::EpisodeId;
use maud::{Markup, html};
use serde::Deserialize;

use super::episode::clip_address;
use super::parts::{drawing_state, phase};
use super::shell;
use super::tools::{keys, side, toolbar};
use crate::api::DrawingState;
use crate::http::{Path, Query, Role};
use crate::service::{ClipDetail, DrawingDetail, Painting};
use crate::web::fault::Result;
use crate::web::guard::Viewer;
use crate::web::live::{Parts, watch};
use crate::web::pictures::{Picture, map_address, segments_address};
use crate::web::session::Session;
use crate::web::state::Web;

/// Drawings in a strip: a minute of animation, and little to send.
const STRIP: usize = 240;
/// Confidence below which a person should look, as the painter has it.
const FLAG_BELOW: f32 = common::farm::REVIEW;

/// Which clip, and the drawing to begin with.
#[derive(Clone, Debug, Deserialize)]
pub struct Which {
    pub name: String,
    drawing: Option<String>,
}

/// What a clip is now.
pub async fn look(web: &Web, id: &EpisodeId, name: &str) -> Result<Arc<ClipDetail>> {
    let key = (id.clone(), name.to_owned());
    web.looks.clips.get(&key, async { Ok(web.service.clip(id, name).await?) }).await
}

/// The page.
pub async fn clip(
    Viewer(session): Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Query(which): Query<Which>,
) -> Result<Markup> {
    let look = look(&web, &id, &which.name).await?;
    let window = Window::around(&look, which.drawing.as_deref());
    let trail = [
        (look.episode.show.to_string(), format!("/episodes/{id}")),
        (look.name.clone(), clip_address(&id, &look.name, None)),
    ];
    let live = clip_address(&id, &look.name, which.drawing.as_deref()).replacen("/clip?", "/clip/live?", 1);
    let title = format!("{} {}", look.episode.show, look.name);
    let page = shell::Page { title: &title, trail: &trail, live: &live, scripts: &["clip.js"], wide: true };
    Ok(shell::page(&page, &session, &body(&look, &window, &session)))
}

/// Its changes.
pub async fn clip_live(
    Viewer(_): Viewer,
    State(web): State<Web>,
    Path(id): Path<EpisodeId>,
    Query(which): Query<Which>,
) -> Result<Response> {
    watch(&web, move |web| {
        let (id, which) = (id.clone(), which.clone());
        async move {
            let look = look(&web, &id, &which.name).await?;
            let window = Window::around(&look, which.drawing.as_deref());
            Ok(parts(&look, &window))
        }
    })
}

/// The part of a long clip that is shown.
struct Window {
    start: usize,
    end: usize,
    /// The drawing shown large.
    current: usize,
}

impl Window {
    fn around(look: &ClipDetail, drawing: Option<&str>) -> Self {
        let place = |key: &str| look.drawings.iter().position(|drawing| drawing.key == key);
        let current = drawing.and_then(place).unwrap_or(0);
        let start = current / STRIP * STRIP;
        Self { start, end: look.drawings.len().min(start + STRIP), current }
    }
}

fn parts(look: &ClipDetail, window: &Window) -> Parts {
    vec![("strip", strip(look, window)), ("about", about(look))]
}

fn about(look: &ClipDetail) -> Markup {
    let count = |state| look.drawings.iter().filter(|drawing| drawing.state == state).count();
    let all = look.drawings.len();
    let done = look.drawings.iter().filter(|drawing| drawing.painting.is_some()).count();
    html! {
        (phase(look.episode.state)) " "
        span { (done) " of " (all) " painted" }
        @if count(DrawingState::Failed) > 0 { " " b.bad { (count(DrawingState::Failed)) " failed" } }
        " " span.soft { (look.mode.name()) " · version " (look.episode.revision) }
    }
}

fn strip(look: &ClipDetail, window: &Window) -> Markup {
    let id = &look.episode.id;
    let page = |place: usize| {
        look.drawings.get(place).map(|drawing| clip_address(id, &look.name, Some(&drawing.key)))
    };
    let shown = look.drawings.iter().enumerate().skip(window.start).take(window.end - window.start);
    html! {
        @if let Some(before) = window.start.checked_sub(1).and_then(page) { a.more #before href=(before) { "←" } }
        ol.frames {
            @for (place, drawing) in shown { li { (frame(look, place, drawing, place == window.current)) } }
        }
        @if let Some(after) = page(window.end) { a.more #after href=(after) { "→" } }
    }
}

fn frame(look: &ClipDetail, place: usize, drawing: &DrawingDetail, current: bool) -> Markup {
    let painted = drawing.painting.as_ref().map(|painting| Picture::painted(painting, &drawing.key));
    let line = Picture::blob(&drawing.line);
    let segments = painted.as_ref().map(|picture| segments_address(&drawing.line, look.reading(), picture));
    let thumb = painted.as_ref().unwrap_or(&line).thumb();
    let locked = matches!(drawing.painting, Some(Painting::Given(_)));
    let state = if drawing.corrected { "corrected" } else { drawing_state(drawing.state) };
    html! {
        a.frame #{ "d" (place) } href=(clip_address(&look.episode.id, &look.name, Some(&drawing.key)))
            aria-current=[current.then_some("true")] data-key=(drawing.key) data-state=(state)
            data-line=(line.full()) data-map=(map_address(&drawing.line, look.reading(), painted.as_ref()))
            data-painted=[painted.as_ref().map(Picture::full)] data-segments=[segments]
            data-locked[locked] data-error=[drawing.error.as_deref()] {
            img src=(thumb) alt="" loading="lazy" decoding="async";
            span.name { (name_of(&drawing.key)) @if locked { (lock()) } }
            span.state { (state) }
        }
    }
}

fn lock() -> Markup {
    html! {
        svg.lock viewBox="0 0 12 12" role="img" aria-label="locked" {
            title { "locked: never painted over" }
            path d="M3.5 5V3.8a2.5 2.5 0 0 1 5 0V5" {}
            rect x="2" y="5" width="8" height="6" rx="1" {}
        }
    }
}

/// The last part of a key, without its extension.
fn name_of(key: &str) -> &str {
    let name = key.rsplit('/').next().unwrap_or(key);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn body(look: &ClipDetail, window: &Window, session: &Session) -> Markup {
    let id = &look.episode.id;
    let clip = |name: &Option<String>| name.as_ref().map(|name| clip_address(id, name, None));
    let corrects = session.role >= Role::Submit;
    html! {
        div.clip #clip data-flag-below=(FLAG_BELOW) data-clip=(look.name)
            data-palette=(clip_address(id, &look.name, None).replacen("/clip?", "/clip/palette?", 1))
            data-correct=[corrects.then(|| format!("/episodes/{id}/correct"))]
            data-history=(format!("/episodes/{id}/history")) {
            div.heading {
                h1 { (look.name) }
                div #about { (about(look)) }
                nav.beside aria-label="Other clips" {
                    @if let Some(before) = clip(&look.beside[0]) { a #clip-before href=(before) { "← " (look.beside[0].as_deref().unwrap_or_default()) } }
                    @if let Some(after) = clip(&look.beside[1]) { a #clip-after href=(after) { (look.beside[1].as_deref().unwrap_or_default()) " →" } }
                }
            }
            (toolbar())
            div.stage #stage {
                canvas #drawing role="img" aria-label="The drawing" aria-describedby="said" {}
                p #nothing.soft hidden {}
            }
            (side(corrects))
            div.status { span #said role="status" {} span #where.soft {} }
            div.strip #strip { (strip(look, window)) }
        }
        dialog #reference aria-labelledby="reference-title" {
            h2 #reference-title { "Pick a colour" }
            canvas #reference-drawing {}
            form method="dialog" { button type="submit" { "Close" } }
        }
        (keys())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_named_by_the_end_of_its_key() {
        assert_eq!([name_of("c1/A/A0001.tga"), name_of("x"), name_of("a/b.c.png")], ["A0001", "x", "b.c"]);
    }
}
