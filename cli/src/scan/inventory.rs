//! What was found, in lines for the eye.

use std::collections::BTreeSet;

use cel::DrawingName;
use cel::codec::{About, about_file};
use scheduler::intake::{Clip, ClipDrawing, Episode, Survey};

use crate::client::table::table as aligned;

/// A row for each clip.
pub fn table(episode: &Episode) -> String {
    let heading = ["clip", "drawings", "numbers", "size", "bits", "dpi", "painted", "sheets", "time sheet"];
    aligned(&heading, &episode.clips.iter().map(row).collect::<Vec<_>>())
}

fn row(clip: &Clip) -> Vec<String> {
    let painted = clip.drawings.iter().filter(|drawing| drawing.painted.is_some()).count();
    let files: Vec<About> =
        clip.drawings.iter().filter_map(|drawing| about_file(&drawing.line).ok()).collect();
    let every = |fact: fn(&About) -> Option<String>| {
        let facts: BTreeSet<String> = files.iter().filter_map(fact).collect();
        facts.into_iter().collect::<Vec<_>>().join(", ")
    };
    let sheet = clip.timing.as_ref().map_or_else(String::new, |timing| {
        let sheet = timing.sheet.file_name().unwrap_or_default().to_string_lossy();
        format!("{sheet}, {} frames", timing.frames)
    });
    vec![
        clip.name.clone(),
        clip.drawings.len().to_string(),
        numbers(clip),
        every(|file| Some(file.size.to_string())),
        every(|file| Some(file.bits.to_string())),
        every(|file| file.dpi.map(dots)),
        painted.to_string(),
        clip.sheets.len().to_string(),
        sheet,
    ]
}

/// From the lowest number to the highest.
fn numbers(clip: &Clip) -> String {
    let mut numbers: Vec<_> = clip.drawings.iter().filter_map(number).collect();
    numbers.sort();
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) => format!("{first}-{last}"),
        _ => String::new(),
    }
}

fn number(drawing: &ClipDrawing) -> Option<cel::DrawingNumber> {
    DrawingName::parse(drawing.line.file_stem()?.to_str()?).map(|name| name.number)
}

/// Dots an inch in words.
fn dots([across, down]: [u32; 2]) -> String {
    if across == down { across.to_string() } else { format!("{across}x{down}") }
}

/// What time sheets use that is not there, and what is there that they do not use.
pub fn of_sheets(episode: &Episode) -> Vec<String> {
    let mut lines = Vec::new();
    for clip in &episode.clips {
        let Some(timing) = &clip.timing else { continue };
        if !timing.missing.is_empty() {
            lines.push(format!(
                "{}: in the time sheet, but missing: {}",
                clip.name,
                timing.missing.join(", ")
            ));
        }
        let unused = timing.unused.iter().filter_map(|&index| clip.drawings.get(index));
        let unused: Vec<&str> = unused.map(|drawing| drawing.key.as_str()).collect();
        if !unused.is_empty() {
            lines.push(format!("{}: not used by the time sheet: {}", clip.name, unused.join(", ")));
        }
    }
    lines
}

/// One line about everything.
pub fn totals(episode: &Episode, survey: &Survey) -> String {
    let cuts: BTreeSet<&str> =
        episode.clips.iter().map(|clip| clip.name.rsplit_once('/').map_or("", |(cut, _)| cut)).collect();
    format!(
        "{} cuts, {} clips, {} drawings, {} time sheets, {} unknown files",
        cuts.len(),
        episode.clips.len(),
        episode.drawings(),
        survey.time_sheets.len(),
        survey.unknown.len()
    )
}
