//! `shiage paint`: intake, plan and painting in one process.

mod outputs;
mod report;
mod scenes;
mod summary;
mod tally;

use std::time::Instant;

use common::{Job, Mode};
use scheduler::intake::{Clip, Episode, Intake, scan};
use scheduler::plan::plan;
use worker::pipeline::{self, Batch, Failure, ReferenceCache, Settings, StageTimes, Stop, Tools};

use self::summary::{Run, Summary};
use self::tally::Tally;
use crate::args::{ModeArg, PaintArgs};
use crate::engine::{self, alpha};
use crate::exit::{CliError, Exit};
use crate::progress::Progress;
use crate::scan::tell_notes;
use crate::show;

/// Bytes of embedded references that are kept for clips that come later.
const REFERENCES: u64 = 64 << 20;

/// Runs `shiage paint`.
pub fn run(args: &PaintArgs) -> Result<Exit, CliError> {
    let start = Instant::now();
    let place = engine::place_noted(&args.engine.place)?;
    let room = engine::room(args.batch, &place);
    let engine = engine::load(&args.engine, &place)?;
    let batch = Batch::new(engine::batch(args.batch, engine.needs(), (room, 1), &place)?);
    let intake = intake(args);
    let mut episode = scan(&intake)?;
    let settings = settings(args)?;
    outputs::check(&settings, &episode)?;
    tell_notes(&args.input, &episode);
    let tally = Tally::default();
    for problem in episode.problems.drain(..) {
        tally.fail(Failure::of_file(problem.path, problem.error));
    }
    give(&mut episode, &settings, &tally);
    bare_clips(&episode, args.shots.0).for_each(|failure| tally.fail(failure));
    let jobs = jobs(&episode, &intake, args.shots.0);

    let times = StageTimes::default();
    let targets = jobs.iter().map(|job| job.targets.len()).sum();
    let progress = Progress::start(targets, args.json);
    let (references, stop) = (ReferenceCache::new(REFERENCES), Stop::default());
    let engine = engine.as_ref();
    let tools = Tools {
        engine,
        settings: &settings,
        batch: &batch,
        references: &references,
        times: &times,
        stop: &stop,
    };
    pipeline::run(tools, &jobs, &|event| {
        progress.advance(&event);
        progress.beside(|| tally.count(event));
    });
    progress.finish();
    scenes::repaint(&args.scene, &episode, &settings, &tally);
    let outcome = tally.finish();

    let mode = mode_name(&episode, &intake);
    let report = report::of(args, &episode, &outcome.failed, engine, (&mode, &settings));
    let path = args.out.join("report.html");
    if outcome.changed() || report::is_stale(&path, &episode) {
        report.write(&args.out).map_err(|source| CliError::Unwritable { path, source })?;
    }
    let run = Run {
        args,
        episode: &episode,
        outcome: &outcome,
        engine,
        place: &place,
        batch: batch.size(),
        mode: &mode,
        times: &times,
        start,
    };
    let summary = Summary::new(&run);
    summary.print(args);
    Ok(summary.exit(args.strict))
}

fn settings(args: &PaintArgs) -> Result<Settings, CliError> {
    Ok(Settings {
        out: args.out.clone(),
        alpha: alpha(args.engine.alpha),
        output: args.format.output(),
        rules: show::rules(&args.show, &args.input)?,
        layers: args.layers,
    })
}

fn intake(args: &PaintArgs) -> Intake {
    Intake {
        root: args.input.clone(),
        painted: args.painted.clone(),
        sheets: args.sheets.clone(),
        time_sheet: args.time_sheet.clone(),
        mode: mode(args.mode),
        clip_interval: args.clip_interval.map(|count| count.0),
        exclude: Some(args.out.clone()),
    }
}

/// The mode that an argument names.
pub const fn mode(mode: ModeArg) -> Option<Mode> {
    match mode {
        ModeArg::Auto => None,
        ModeArg::PreviousFrame => Some(Mode::PreviousFrame),
        ModeArg::FirstFrame => Some(Mode::FirstFrame),
        ModeArg::Nearest => Some(Mode::Nearest),
        ModeArg::Keyframe => Some(Mode::Keyframe),
    }
}

fn jobs(episode: &Episode, intake: &Intake, shots: usize) -> Vec<Job> {
    let plan = |clip: &Clip| plan(clip, clip.mode(intake.mode), shots);
    episode.clips.iter().flat_map(plan).collect()
}

/// The clips that nothing can be painted from.
pub fn bare_clips(episode: &Episode, shots: usize) -> impl Iterator<Item = Failure> {
    let bare = move |clip: &&Clip| !clip.has_painted() && (clip.sheets.is_empty() || shots == 0);
    episode.clips.iter().filter(bare).filter_map(|clip| clip.drawings.first()).map(|drawing| {
        let path = drawing.line.parent().unwrap_or(&drawing.line).to_path_buf();
        let error = "nothing to paint from: give painted drawings (--painted) or design sheets (--sheets)";
        Failure::of_file(path, error.into())
    })
}

/// Puts the drawings that are given painted into the output. One that does not open is painted like the others.
fn give(episode: &mut Episode, settings: &Settings, tally: &Tally) {
    for drawing in episode.clips.iter_mut().flat_map(|clip| &mut clip.drawings) {
        let Some(painted) = &drawing.painted else { continue };
        match pipeline::give(&drawing.key, &drawing.line, painted, settings) {
            Ok(()) => tally.given(),
            Err(failure) => {
                tally.fail(failure);
                drawing.painted = None;
            }
        }
    }
}

/// The mode of all clips, or `auto` where they differ.
fn mode_name(episode: &Episode, intake: &Intake) -> String {
    let mut modes: Vec<Mode> = episode.clips.iter().map(|clip| clip.mode(intake.mode)).collect();
    modes.dedup();
    match modes.as_slice() {
        [mode] => mode.name().to_owned(),
        _ => "auto".to_owned(),
    }
}
