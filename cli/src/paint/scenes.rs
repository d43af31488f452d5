//! `--scene`: what is painted, in the colours of other scenes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use scheduler::intake::{Clip, Episode};
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
        match Scene::load(name, &files, &sheets) {
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

/// Every painted drawing that colours come from, once.
fn sheets(episode: &Episode) -> Vec<PathBuf> {
    let mut sheets: Vec<PathBuf> = episode.clips.iter().flat_map(references).collect();
    sheets.sort();
    sheets.dedup();
    sheets
}

/// The painted drawings that a clip's colours come from.
pub fn references(clip: &Clip) -> impl Iterator<Item = PathBuf> {
    let sheets = clip.sheets.iter().map(|sheet| sheet.painted.clone());
    sheets.chain(clip.drawings.iter().filter_map(|drawing| drawing.painted.clone()))
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
            "scene {name}: {colour:?} has several colours there; {count} drawings have the most frequent"
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
