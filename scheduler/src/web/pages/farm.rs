//! The farm: how fast it paints, who does what, what waits and why.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use common::queue::JobState;
use maud::{Markup, html};
use serde::Deserialize;

use super::chart::{Chart, chart};
use super::farm_look::{EPISODES, FarmLook};
use super::parts::{ago, badge, bytes, pager, phase, progress, seconds, speed, tile};
use super::shell;
use crate::api::{Summary, WorkerView};
use crate::http::{Query, Role};
use crate::service::JobBrief;
use crate::web::fault::Result;
use crate::web::guard::Viewer;
use crate::web::live::{Parts, watch};
use crate::web::samples::{EVERY, KEPT};
use crate::web::session::Session;
use crate::web::state::Web;

/// Which page of the list of episodes.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u32,
}

async fn look(web: &Web, page: u32) -> Result<Arc<FarmLook>> {
    web.looks.farm.get(&page, FarmLook::new(web, page)).await
}

/// The page.
pub async fn farm(
    Viewer(session): Viewer,
    State(web): State<Web>,
    Query(which): Query<Which>,
) -> Result<Markup> {
    let look = look(&web, which.page).await?;
    let body = html! {
        h1.unseen { "Farm" }
        @for (id, part) in parts(&look, which.page, &session) { div id=(id) { (part) } }
    };
    let live = format!("/live?page={}", which.page);
    let page = shell::Page { title: "Farm", trail: &[], live: &live, scripts: &[], wide: false };
    Ok(shell::page(&page, &session, &body))
}

/// Its changes.
pub async fn farm_live(
    Viewer(session): Viewer,
    State(web): State<Web>,
    Query(which): Query<Which>,
) -> Result<Response> {
    watch(&web, move |web| {
        let session = session.clone();
        async move { Ok(parts(&*look(&web, which.page).await?, which.page, &session)) }
    })
}

fn parts(look: &FarmLook, page: u32, session: &Session) -> Parts {
    vec![
        ("tiles", tiles(look)),
        ("charts", charts(look)),
        ("episodes", episodes(look, page as usize)),
        ("workers", workers(look, session)),
        ("waiting", waiting(look, session)),
    ]
}

fn tiles(look: &FarmLook) -> Markup {
    let active = look.workers.iter().filter(|(worker, _)| worker.state == "active").count();
    html! {
        dl.tiles {
            (tile("drawings a second", &speed(look.speed(60)), "1 min"))
            (tile("drawings a second", &speed(look.speed(600)), "10 min"))
            (tile("workers", &active.to_string(), &format!("of {}", look.workers.len())))
            (tile("jobs being painted", &look.jobs(JobState::Running).to_string(), ""))
            (tile("jobs ready", &look.jobs(JobState::Ready).to_string(), ""))
            (tile("dead jobs", &look.queue.dead.to_string(), ""))
        }
        @if look.queue.paused { p.bad role="status" { "The whole queue is paused: nobody gets a job." } }
        @if look.queue.epoch.is_none() { p.bad role="status" { "The queue is being rebuilt from the store." } }
    }
}

fn charts(look: &FarmLook) -> Markup {
    // As long as there is something to show, in steps of five minutes.
    let step = (300 / EVERY.as_secs()) as usize;
    let capacity = look.speeds.len().clamp(1, KEPT).next_multiple_of(step);
    let minutes = capacity as u64 * EVERY.as_secs() / 60;
    let span = format!("{minutes} min");
    let painted = Chart {
        name: "Drawings a second",
        values: &look.speeds,
        capacity,
        span: &span,
        top: None,
        word: speed,
    };
    let memory = Chart {
        name: "Memory of all workers",
        values: &look.memory,
        top: Some(rounded_up_bytes(look.memory.iter().copied().fold(0.0, f64::max))),
        word: |count| bytes(count as u64),
        ..painted
    };
    html! { section.charts aria-label="Throughput and memory" { (chart(&painted)) (chart(&memory)) } }
}

fn episodes(look: &FarmLook, page: usize) -> Markup {
    let pages = look.recent.total.div_ceil(EPISODES);
    html! {
        section aria-labelledby="episodes-title" {
            h2 #episodes-title { "Episodes" span.soft { (look.recent.total) } }
            @if look.recent.episodes.is_empty() {
                p.soft { "None yet. " code { "shiage submit FOLDER --watch" } " sends one." }
            } @else {
                div.scroll tabindex="0" role="group" aria-label="Episodes" { table {
                    thead { tr {
                        th scope="col" { "show" } th scope="col" { "episode" } th scope="col" { "state" }
                        th.wide scope="col" { "painted" } th.number scope="col" { "drawings" }
                        th.number scope="col" { "failed" } th scope="col" { "ready in" } th scope="col" { "by" }
                    } }
                    tbody { @for episode in &look.recent.episodes { (row(episode)) } }
                } }
                (pager("Pages of episodes", page, pages, |page| format!("/?page={page}")))
            }
        }
    }
}

fn row(episode: &Summary) -> Markup {
    let counts = &episode.drawings;
    html! {
        tr {
            td { (episode.show.as_str()) }
            td { a href={ "/episodes/" (episode.id) } { (short(episode.id.as_str())) }
                @if episode.revision > 1 { " " span.soft { "version " (episode.revision) } } }
            td { (phase(episode.state)) }
            td.wide { (progress(counts, episode.show.as_str())) }
            td.number { (counts.given + counts.painted) " / " (counts.total) }
            td.number { @if counts.failed > 0 { b.bad { (counts.failed) } } @else { "0" } }
            td { @if let Some(eta) = episode.eta_seconds { (seconds(eta)) } }
            td.soft { (episode.user.as_str()) @if let Some(at) = episode.created_ms { ", " (ago(at)) } }
        }
    }
}

/// The next power of two, from 256 MiB on.
fn rounded_up_bytes(count: f64) -> f64 {
    (count as u64).next_power_of_two().max(256 << 20) as f64
}

/// The beginning of an id, which tells it from others.
pub fn short(id: &str) -> &str {
    id.get(..9).unwrap_or(id)
}

fn workers(look: &FarmLook, session: &Session) -> Markup {
    html! {
        section aria-labelledby="workers-title" {
            h2 #workers-title { "Workers" span.soft { (look.workers.len()) } }
            @if look.workers.is_empty() {
                p.soft { "None. " code { "shiage worker" } " starts one." }
            } @else {
                div.scroll tabindex="0" role="group" aria-label="Workers" { table {
                    thead { tr {
                        th scope="col" { "worker" } th scope="col" { "state" } th scope="col" { "paints" }
                        th scope="col" { "device" } th.number scope="col" { "memory" } th scope="col" { "models" } th scope="col" { "heard" }
                        @if session.role >= Role::Admin { th scope="col" { "decide" } }
                    } }
                    tbody { @for (worker, jobs) in &look.workers { (worker_row(worker, jobs, session)) } }
                } }
            }
        }
    }
}

fn worker_row(worker: &WorkerView, jobs: &[JobBrief], session: &Session) -> Markup {
    let blocked = worker.blocked_until_ms > 0;
    let models =
        worker.info.models.iter().map(|model| model.name().to_owned()).collect::<Vec<_>>().join(", ");
    html! {
        tr {
            td { (worker.id.as_str()) }
            td { @if blocked { (badge("bad", "blocked")) }
                @else if worker.state == "active" { (badge("good", "active")) }
                @else { (badge("still", &worker.state)) } }
            td { @if jobs.is_empty() { span.soft { "nothing" } } @for job in jobs { (brief(job)) } }
            td { (worker.info.device) }
            td.number { @if worker.info.rss_bytes > 0 { (bytes(worker.info.rss_bytes)) } }
            td { (models) }
            td.soft { (ago(worker.beat_ms)) }
            @if session.role >= Role::Admin {
                td { form.inline method="post" {
                    (shell::key(session))
                    @let id = worker.id.as_str();
                    @if worker.state == "active" {
                        button type="submit" formaction={ "/workers/" (id) "/drain" }
                            aria-label={ "Drain " (id) } { "Drain" }
                    }
                    @if blocked {
                        button type="submit" formaction={ "/workers/" (id) "/forgive" }
                            aria-label={ "Forgive " (id) } { "Forgive" }
                    }
                } }
            }
        }
    }
}

fn brief(job: &JobBrief) -> Markup {
    html! {
        div.doing {
            a href={ "/episodes/" (job.episode) } { (job.clip.as_deref().unwrap_or("a clip")) }
            " " span.soft { (job.progress) @if let Some(all) = job.drawings { " of " (all) } " drawings" }
        }
    }
}

fn waiting(look: &FarmLook, session: &Session) -> Markup {
    let reasons = [
        (JobState::Running, "being painted", ""),
        (JobState::Ready, "ready", "waits for a worker with its model"),
        (JobState::Blocked, "blocked", "waits for the job before it in its chain"),
        (JobState::Parked, "parked", "its episode is paused or being loaded"),
        (JobState::Delayed, "delayed", "failed, and is tried again in a while"),
        (JobState::Dead, "dead", "failed for good: correct the drawing, or retry"),
    ];
    html! {
        section aria-labelledby="queue-title" {
            h2 #queue-title { "Queue" span.soft { (look.queue.jobs) " jobs" } }
            div.two {
                div.scroll tabindex="0" role="group" aria-label="Jobs by state" { table {
                    thead { tr { th.number scope="col" { "jobs" } th scope="col" { "state" } th scope="col" { "why" } } }
                    tbody { @for (state, name, why) in reasons {
                        tr { td.number { (look.jobs(state)) } td { (name) } td.soft { (why) } }
                    } }
                } }
                div.scroll tabindex="0" role="group" aria-label="Pools" { table {
                    thead { tr {
                        th scope="col" { "pool" } th.number scope="col" { "ready" } th.number scope="col" { "running" }
                        th.number scope="col" { "delayed" } th.number scope="col" { "workers" }
                        th.number scope="col" { "oldest" }
                    } }
                    tbody { @for pool in &look.queue.pools {
                        tr {
                            td { (pool.pool.as_str()) } td.number { (pool.ready) } td.number { (pool.running) }
                            td.number { (pool.delayed) } td.number { (pool.workers) }
                            td.number { @if pool.ready > 0 { (seconds(pool.head_age_ms as f64 / 1_000.0)) } }
                        }
                    } }
                } }
            }
            @if !look.dead.is_empty() {
                h3 { "Died last" }
                ul.plain { @for dead in &look.dead {
                    li { code { (dead.key.to_string()) } " " (dead.reason) " " span.soft { (ago(dead.at_ms)) } }
                } }
            }
            @if session.role >= Role::Admin {
                form.inline method="post" {
                    (shell::key(session))
                    @if look.queue.paused {
                        button type="submit" formaction="/queue/resume" { "Resume the whole queue" }
                    } @else {
                        button type="submit" formaction="/queue/pause" { "Pause the whole queue" }
                    }
                }
            }
        }
    }
}
