//! Waits for an episode.

use std::time::Duration;

use common::ids::EpisodeId;
use scheduler::api::{EpisodeView, Phase, Summary};

use super::http::Client;
use super::{print_json, table};
use crate::exit::{CliError, Exit};
use crate::progress::Progress;
use crate::terminal;

/// Time between two looks: short at first, for small episodes.
const FIRST: Duration = Duration::from_millis(250);
const LATER: Duration = Duration::from_secs(2);

/// Shows how far an episode is until it comes to its end.
pub fn until_final(client: &Client, id: &EpisodeId, json: bool) -> Result<Exit, CliError> {
    let mut pause = FIRST;
    let mut progress: Option<Progress> = None;
    let view: EpisodeView = loop {
        let view: EpisodeView = client.get(&format!("/episodes/{id}"))?;
        let drawings = view.summary.drawings;
        let bar = progress.get_or_insert_with(|| {
            Progress::start(drawings.total.saturating_sub(drawings.given) as usize, json)
        });
        bar.reach(u64::from(drawings.painted.saturating_add(drawings.failed)), view.summary.state.name());
        if view.summary.state.is_final() {
            break view;
        }
        std::thread::sleep(pause);
        pause = (pause * 5 / 4).min(LATER);
    };
    if let Some(progress) = progress {
        progress.finish();
    }
    tell(&view, json);
    Ok(exit(&view.summary))
}

fn tell(view: &EpisodeView, json: bool) {
    if json {
        print_json(view);
        return;
    }
    terminal::result(&table::summary_line(&view.summary));
    view.notices.iter().for_each(|notice| terminal::note(&table::plain(notice)));
}

/// How a command ends that waited for an episode.
pub const fn exit(summary: &Summary) -> Exit {
    match summary.state {
        Phase::Incomplete | Phase::Halted => Exit::Incomplete,
        Phase::Cancelled => Exit::Error,
        _ => Exit::Done,
    }
}
