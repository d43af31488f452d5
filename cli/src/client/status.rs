//! `shiage status`.

use common::ids::EpisodeId;
use scheduler::api::{DrawingList, DrawingView, EpisodeList, EpisodeView, JobList, JobView, Summary};
use serde::Serialize;

use super::args::StatusArgs;
use super::http::{Client, value};
use super::table::{duration, plain, summary_line, table};
use super::{print_json, watch};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// What `--json` prints of one episode.
#[derive(Debug, Serialize)]
struct Detail {
    #[serde(flatten)]
    view: EpisodeView,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_list: Option<Vec<JobView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drawing_list: Option<Vec<DrawingView>>,
}

/// Runs `shiage status`.
pub fn run(args: &StatusArgs) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    match &args.episode {
        None => all(&client, args.server.json),
        Some(id) if args.watch => watch::until_final(&client, id, args.server.json),
        Some(id) => one(&client, id, args),
    }
}

fn all(client: &Client, json: bool) -> Result<Exit, CliError> {
    let list: EpisodeList = client.get("/episodes")?;
    if json {
        print_json(&list);
    } else {
        let rows: Vec<Vec<String>> = list.episodes.iter().map(row).collect();
        let heading = ["episode", "show", "user", "priority", "state", "painted", "of", "failed", "to go"];
        terminal::result(&table(&heading, &rows));
    }
    Ok(Exit::Done)
}

fn row(summary: &Summary) -> Vec<String> {
    let drawings = summary.drawings;
    vec![
        summary.id.to_string(),
        summary.show.to_string(),
        summary.user.to_string(),
        summary.priority.to_string(),
        summary.state.name().to_owned(),
        drawings.painted.saturating_add(drawings.given).to_string(),
        drawings.total.to_string(),
        drawings.failed.to_string(),
        summary.eta_seconds.map(duration).unwrap_or_default(),
    ]
}

fn one(client: &Client, id: &EpisodeId, args: &StatusArgs) -> Result<Exit, CliError> {
    let mut view: EpisodeView = client.get(&format!("/episodes/{id}"))?;
    let wanted = |clip: &str| args.clip.as_ref().is_none_or(|wanted| wanted == clip);
    view.clips.retain(|clip| wanted(&clip.name));
    if let Some(clip) = args.clip.as_ref().filter(|_| view.clips.is_empty()) {
        return Err(CliError::Usage(format!("clip {clip}: the episode has none of this name")));
    }
    let jobs = args.jobs.then(|| jobs(client, id)).transpose()?;
    let jobs = jobs.map(|jobs| jobs.into_iter().filter(|job| wanted(&job.clip)).collect());
    let drawings = args.drawings.then(|| drawings(client, id)).transpose()?;
    let drawings = drawings.map(|all| all.into_iter().filter(|drawing| wanted(&drawing.clip)).collect());
    let detail = Detail { view, job_list: jobs, drawing_list: drawings };
    if args.server.json {
        print_json(&detail);
    } else {
        tell(&detail);
    }
    Ok(Exit::Done)
}

fn tell(detail: &Detail) {
    terminal::result(&summary_line(&detail.view.summary));
    let clip = |clip: &scheduler::api::ClipView| {
        let (drawings, jobs) = (clip.drawings, clip.jobs);
        let number = |number: u32| number.to_string();
        vec![
            clip.name.clone(),
            clip.mode.to_string(),
            number(drawings.painted.saturating_add(drawings.given)),
            number(drawings.total),
            number(drawings.failed),
            number(jobs.running),
            number(jobs.dead),
        ]
    };
    let rows: Vec<Vec<String>> = detail.view.clips.iter().map(clip).collect();
    terminal::result(&table(&["clip", "mode", "painted", "of", "failed", "running", "dead jobs"], &rows));
    if let Some(jobs) = &detail.job_list {
        let row = |job: &JobView| {
            let done = format!("{}/{}", job.progress, job.drawings);
            vec![job.key.to_string(), job.clip.clone(), job.state.name().into(), done, job.note.clone()]
        };
        terminal::result(&table(
            &["job", "clip", "state", "drawings", "note"],
            &jobs.iter().map(row).collect::<Vec<_>>(),
        ));
    }
    if let Some(drawings) = &detail.drawing_list {
        let row = |drawing: &DrawingView| {
            let state = format!("{:?}", drawing.state).to_lowercase();
            vec![drawing.key.clone(), state, drawing.error.clone().unwrap_or_default()]
        };
        terminal::result(&table(
            &["drawing", "state", "error"],
            &drawings.iter().map(row).collect::<Vec<_>>(),
        ));
    }
    detail.view.notices.iter().for_each(|notice| terminal::note(&plain(notice)));
}

fn jobs(client: &Client, id: &EpisodeId) -> Result<Vec<JobView>, CliError> {
    pages(|after| {
        let page: JobList = client.get(&format!("/episodes/{id}/jobs{after}"))?;
        Ok((page.jobs, page.next))
    })
}

fn drawings(client: &Client, id: &EpisodeId) -> Result<Vec<DrawingView>, CliError> {
    pages(|after| {
        let page: DrawingList = client.get(&format!("/episodes/{id}/drawings{after}"))?;
        Ok((page.drawings, page.next))
    })
}

/// All pages of a list. `page` is given the query that asks for the next one.
pub fn pages<T>(
    mut page: impl FnMut(&str) -> Result<(Vec<T>, Option<String>), CliError>,
) -> Result<Vec<T>, CliError> {
    let (mut all, mut query) = (Vec::new(), String::new());
    loop {
        let (more, next) = page(&query)?;
        all.extend(more);
        match next {
            Some(next) => query = format!("?after={}", value(&next)),
            None => return Ok(all),
        }
    }
}
