//! `--scene`: what is painted, in the colours of other scenes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::Reference;
use scheduler::intake::{Clip, ClipDrawing, Episode};
use worker::pipeline::{Failure, Settings};
use worker::scene::{Scene, SceneDrawing};

use super::tally::Tally;
use crate::args::SceneArg;
use crate::terminal;

/// Writes the drawings of every scene. A scene that cannot be read costs its own drawings alone.
pub fn repaint(args: &[SceneArg], episode: &Episode, settings: &Settings, tally: &Tally) {
    if args.is_empty() {
        return;
    }
    let sheets = sheets(episode);
    for (name, files) in by_name(args) {
        match Scene::load(name, &files, &sheets, settings) {
            Ok(scene) => repaint_scene(&scene, &files, episode, settings, tally),
            Err(failure) => tally.fail(failure),
        }
    }
}

fn by_name(args: &[SceneArg]) -> BTreeMap<&str, Vec<PathBuf>> {
    let mut scenes: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for SceneArg { name, sheet } in args {
        scenes.entry(name).or_default().push(sheet.clone());
    }
    scenes
}

/// Every reference that colours come from, once.
fn sheets(episode: &Episode) -> Vec<Reference> {
    let mut sheets: Vec<Reference> = episode.clips.iter().flat_map(references).collect();
    sheets.sort_by(|a, b| (&a.name, &a.painted).cmp(&(&b.name, &b.painted)));
    sheets.dedup();
    sheets
}

/// What a clip's colours come from: its sheets, and the drawings that are given painted.
pub fn references(clip: &Clip) -> impl Iterator<Item = Reference> {
    let given = |drawing: &ClipDrawing| {
        let (name, line) = (drawing.key.clone(), drawing.line.clone());
        Some(Reference { name, line, painted: drawing.painted.clone()? })
    };
    clip.sheets.iter().cloned().chain(clip.drawings.iter().filter_map(given))
}

fn repaint_scene(scene: &Scene, files: &[PathBuf], episode: &Episode, settings: &Settings, tally: &Tally) {
    let drawings = episode.clips.iter().flat_map(|clip| &clip.drawings);
    let drawings: Vec<SceneDrawing> = drawings
        .map(|drawing| SceneDrawing { key: drawing.key.clone(), line: drawing.line.clone() })
        .collect();
    let outcome = scene.repaint(&drawings, settings);
    let name = &scene.name;
    for (colour, count) in outcome.doubtful {
        let colour = colour.0;
        terminal::note(&format!(
            "scene {name}: {colour:?} has several colours there; in {count} drawings the most frequent counts"
        ));
    }
    let sheet = files.first().cloned().unwrap_or_default();
    for (colour, count) in outcome.kept {
        let error =
            format!("no place for colour {:?}, which {count} drawings keep: add it to the sheet", colour.0);
        tally.fail(Failure::of_file(sheet.clone(), error));
    }
    outcome.failed.into_iter().for_each(|failure| tally.fail(failure));
    terminal::note(&format!("scene {name}: {} drawings", outcome.repainted));
}
