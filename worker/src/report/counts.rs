//! Counts for the production sheet.

use cel::timesheet::FPS;
use maud::{Markup, html};

use super::facts::{ClipFacts, CutFacts, Status};

/// A row for each clip, and one for the cut.
pub(super) fn table(facts: &CutFacts<'_>) -> Markup {
    html! {
        section.counts {
            h2 { "Counts" }
            table {
                thead { tr {
                    th { "clip" } th { "drawings" } th { "painted" } th { "edited" } th { "given" } th { "not painted" }
                    th { "not in the sheet" } th { "length" } th { "missing" }
                } }
                tbody { @for clip in &facts.clips { (row(clip)) } }
                @if facts.clips.len() > 1 { tfoot { (total(facts)) } }
            }
        }
    }
}

fn row(clip: &ClipFacts<'_>) -> Markup {
    let count = |status| clip.drawings.iter().filter(|drawing| drawing.status == status).count();
    html! {
        tr {
            td { (clip.name) }
            td { (clip.drawings.len()) }
            @for status in [Status::Painted, Status::Edited, Status::Given, Status::NotPainted] {
                td { (count(status)) }
            }
            td { (unused(clip)) }
            td { (length(clip)) }
            td { (clip.missing.join(", ")) }
        }
    }
}

fn total(facts: &CutFacts<'_>) -> Markup {
    let count = |status| facts.drawings().filter(|drawing| drawing.status == status).count();
    html! {
        tr {
            td { "all" }
            td { (facts.drawings().count()) }
            @for status in [Status::Painted, Status::Edited, Status::Given, Status::NotPainted] {
                td { (count(status)) }
            }
            td { (facts.clips.iter().map(unused).sum::<usize>()) }
            td {}
            td { (facts.clips.iter().map(|clip| clip.missing.len()).sum::<usize>()) }
        }
    }
}

/// Drawings that the time sheet does not use.
fn unused(clip: &ClipFacts<'_>) -> usize {
    let unused = clip.drawings.iter().filter(|drawing| drawing.first_frame.is_none());
    if clip.time_sheet.is_some() { unused.count() } else { 0 }
}

/// Seconds and frames, as sheets have it.
fn length(clip: &ClipFacts<'_>) -> String {
    clip.frames.map(|frames| format!("{}+{:02}", frames / FPS, frames % FPS)).unwrap_or_default()
}
