//! `shiage eval`: how well a model paints a data set whose true colours are known.

mod paper;
mod reliability;
mod segments;
mod table;

use serde::Serialize;
use std::collections::BTreeMap;
use worker::eval::{EvalError, Figures, Protocol, Result as Outcome, Setting, characters, evaluate};

use crate::args::{EvalArgs, ProtocolArg};
use crate::client::print_json;
use crate::exit::{CliError, Exit};
use crate::progress::Progress;
use crate::{engine, terminal};

/// Drawings in a clip unless another number is asked for, as in the PaintBucket-Character data set.
const CLIP_INTERVAL: usize = 20;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    overall: Row,
    characters: BTreeMap<&'a str, Row>,
}

/// Figures of a character or of all, shares in percent.
#[derive(Debug, Serialize)]
struct Row {
    acc: f64,
    acc_threshold: f64,
    pix_acc: f64,
    pix_f_acc: f64,
    pix_b_miou: f64,
    segments: usize,
    drawings: usize,
    upper_bound_acc: f64,
}

/// Runs `shiage eval`.
pub fn run(args: &EvalArgs) -> Result<Exit, CliError> {
    if let Some(table) = args.table {
        return paper::run(args, table);
    }
    let engine = engine::load(&args.engine, &engine::place_noted(&args.engine.place)?)?;
    let characters = characters(&args.root)?;
    let protocol = protocol(args.mode);
    let shots = args.shots.map_or(protocol.default_shots(), |count| count.0);
    let (setting, interval) = (Setting { protocol, shots }, interval(args));
    let targets = characters.iter().map(|found| protocol.targets(found.drawings.len(), interval).len()).sum();
    let progress = Progress::start(targets, args.json);
    let outcome = evaluate(engine.as_ref(), &characters, &[setting], interval, &mut || progress.step());
    progress.finish();
    let painted = outcome?.pop().filter(|outcome| outcome.overall.drawings > 0);
    let outcome = painted.ok_or_else(|| EvalError::NothingToPaint { root: args.root.clone() })?;
    if let Some(path) = &args.segments {
        segments::write(path, &outcome)?;
    }
    if args.json {
        print_json(&Report::new(&outcome));
        return Ok(Exit::Done);
    }
    terminal::result(&format!("Mode {}, model {}\n", protocol.name(), engine.name()));
    terminal::result(&table::render(&outcome));
    terminal::result(&reliability::render(&outcome.overall.decided));
    Ok(Exit::Done)
}

/// Drawings in a clip.
fn interval(args: &EvalArgs) -> usize {
    args.clip_interval.map_or(CLIP_INTERVAL, |count| count.0)
}

const fn protocol(mode: ProtocolArg) -> Protocol {
    match mode {
        ProtocolArg::PreviousFrame => Protocol::PreviousFrame,
        ProtocolArg::BothNeighbours => Protocol::BothNeighbours,
        ProtocolArg::PreviousPredicted => Protocol::PreviousPredicted,
        ProtocolArg::FirstFrame => Protocol::FirstFrame,
        ProtocolArg::FirstFrameAndSheets => Protocol::FirstFrameAndSheets,
        ProtocolArg::Keyframe => Protocol::Keyframe,
    }
}

impl<'a> Report<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let characters = outcome.characters.iter();
        Self {
            overall: Row::new(&outcome.overall),
            characters: characters.map(|(name, figures)| (name.as_str(), Row::new(figures))).collect(),
        }
    }
}

impl Row {
    fn new(figures: &Figures) -> Self {
        let scores = &figures.scores;
        Self {
            acc: 100.0 * scores.acc,
            acc_threshold: 100.0 * scores.acc_threshold,
            pix_acc: 100.0 * scores.pix_acc,
            pix_f_acc: 100.0 * scores.pix_f_acc,
            pix_b_miou: 100.0 * scores.pix_b_miou,
            segments: figures.segments,
            drawings: figures.drawings,
            upper_bound_acc: 100.0 * figures.upper_bound,
        }
    }
}
