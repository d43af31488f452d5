//! What goes into the report.

use std::path::Path;

use scheduler::intake::{Clip, ClipDrawing, Episode, Timing};
use worker::engine::Engine;
use worker::pipeline::{Failure, Settings};
use worker::report::{Report, ReportClip, ReportDrawing, ReportTiming};

use super::scenes::references;
use crate::args::PaintArgs;

/// Whether there is no report, or a time sheet has changed since.
pub fn is_stale(report: &Path, episode: &Episode) -> bool {
    let modified = |path: &Path| path.metadata().and_then(|facts| facts.modified()).ok();
    let sheets = episode.clips.iter().filter_map(|clip| modified(&clip.timing.as_ref()?.sheet));
    modified(report).is_none_or(|written| sheets.max().is_some_and(|changed| changed > written))
}

/// The report of a run.
pub fn of(
    args: &PaintArgs,
    episode: &Episode,
    failed: &[Failure],
    engine: &dyn Engine,
    (mode, settings): (&str, &Settings),
) -> Report {
    let name = args
        .input
        .canonicalize()
        .ok()
        .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    Report {
        title: name.unwrap_or_else(|| "drawings".into()),
        mode: mode.to_owned(),
        model: engine.name().to_owned(),
        alpha: settings.alpha,
        rules: settings.rules.clone(),
        clips: episode.clips.iter().map(|clip| report_clip(clip, args)).collect(),
        failures: failed.to_vec(),
    }
}

fn report_clip(clip: &Clip, args: &PaintArgs) -> ReportClip {
    let drawing = |drawing: &ClipDrawing| ReportDrawing {
        key: args.format.output().name_of(&drawing.key),
        line: drawing.line.clone(),
        given: drawing.painted.is_some(),
    };
    ReportClip {
        name: clip.name.clone(),
        drawings: clip.drawings.iter().map(drawing).collect(),
        references: references(clip).map(|reference| reference.painted).collect(),
        timing: clip.timing.as_ref().map(timing),
    }
}

fn timing(timing: &Timing) -> ReportTiming {
    ReportTiming {
        sheet: timing.sheet.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        frames: timing.frames,
        exposures: timing.exposures.iter().map(|seen| (seen.frame, seen.drawing)).collect(),
        missing: timing.missing.clone(),
    }
}
