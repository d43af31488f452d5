//! The end of a run: figures for people, or JSON for programs.

use std::collections::BTreeMap;
use std::time::Instant;

use scheduler::intake::Episode;
use serde::Serialize;
use worker::device;
use worker::engine::Engine;
use worker::model::Place;
use worker::pipeline::{Failure, StageTimes};
use worker::sidecar::Sidecar;

use super::tally::Outcome;
use crate::args::PaintArgs;
use crate::exit::Exit;
use crate::memory::peak_rss_bytes;
use crate::terminal;

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Line drawings found.
    drawings: usize,
    /// Painted by this run.
    painted: usize,
    /// Painted by an earlier run, nothing has changed since.
    unchanged: usize,
    /// Of those unchanged, edited by a person since.
    edited: Vec<String>,
    /// Given painted.
    given: usize,
    /// What failed, and why.
    failed: Vec<Failure>,
    /// Segments of all painted drawings, those of earlier runs included.
    segments: usize,
    /// Segments among them that a person should look at.
    review_segments: usize,
    /// Seconds by stage, summed over threads, and `total` by the clock.
    seconds: BTreeMap<&'static str, f64>,
    /// Drawings painted a second.
    fps: f64,
    /// Where networks ran.
    device: String,
    /// What DACoN's networks computed with.
    precision: &'static str,
    /// Drawings that went through the network at a time, at the end.
    batch: usize,
    /// Highest resident memory; 0 where the system does not tell.
    peak_rss_bytes: u64,
    /// The most that tensors took of the GPU's memory; null on a CPU.
    peak_device_bytes: Option<u64>,
    /// The reference mode; `auto` where clips differ.
    mode: String,
    /// The model's name.
    model: &'static str,
}

/// What a summary is made of.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The command line.
    pub args: &'a PaintArgs,
    /// What was taken in.
    pub episode: &'a Episode,
    /// What became of it.
    pub outcome: &'a Outcome,
    /// What it was painted with.
    pub engine: &'a dyn Engine,
    /// Where networks ran.
    pub place: &'a Place,
    /// Drawings that went through the network at a time, at the end.
    pub batch: usize,
    /// The mode, in words.
    pub mode: &'a str,
    /// Time by stage.
    pub times: &'a StageTimes,
    /// When the run started.
    pub start: Instant,
}

impl Summary {
    /// Gathers the figures.
    pub fn new(run: &Run<'_>) -> Self {
        let outcome = run.outcome;
        let (segments, review_segments) = segments(run);
        let total = run.start.elapsed().as_secs_f64();
        let mut seconds = run.times.seconds();
        seconds.insert("total", total);
        Self {
            drawings: run.episode.drawings(),
            painted: outcome.painted,
            unchanged: outcome.unchanged,
            edited: outcome.edited.clone(),
            given: outcome.given,
            failed: outcome.failed.clone(),
            segments,
            review_segments,
            seconds,
            fps: outcome.painted as f64 / total,
            device: device::name(run.place.device()),
            precision: run.place.precision().name(),
            batch: run.batch,
            peak_rss_bytes: peak_rss_bytes().unwrap_or(0),
            peak_device_bytes: device::peak_bytes(run.place.device()),
            mode: run.mode.to_owned(),
            model: run.engine.name(),
        }
    }

    /// Prints it: JSON on stdout, or lines for the eye on stderr.
    pub fn print(&self, args: &PaintArgs) {
        if args.json {
            match serde_json::to_string(self) {
                Ok(text) => terminal::result(&text),
                Err(error) => terminal::error(&error),
            }
            return;
        }
        terminal::note(&self.first_line());
        if self.unchanged > 0 {
            terminal::note(&format!("{} unchanged since the last run, not painted again", self.unchanged));
        }
        for key in &self.edited {
            terminal::note(&format!("{key}: edited since it was painted, kept as it is"));
        }
        if !self.failed.is_empty() {
            terminal::note(&format!("{} failed, see above", self.failed.len()));
        }
        terminal::note(&format!("report: {}", args.out.join("report.html").display()));
    }

    fn first_line(&self) -> String {
        let Self { drawings, painted, given, segments, review_segments, fps, .. } = self;
        let total = self.seconds.get("total").copied().unwrap_or(0.0);
        let given = if *given > 0 { format!(", {given} given painted") } else { String::new() };
        format!(
            "painted {painted} of {drawings} drawings{given}, in {total:.1} s ({fps:.1} a second): \
             {segments} segments, {review_segments} to look at"
        )
    }

    /// The exit code.
    pub const fn exit(&self, strict: bool) -> Exit {
        let nothing = self.painted + self.unchanged + self.given == 0;
        match (self.failed.is_empty(), strict && self.review_segments > 0) {
            (false, _) if nothing => Exit::Error,
            (true, false) => Exit::Done,
            _ => Exit::Incomplete,
        }
    }
}

/// Segments of all painted drawings, and those to look at.
fn segments(run: &Run<'_>) -> (usize, usize) {
    let drawings = run.episode.clips.iter().flat_map(|clip| &clip.drawings);
    let unpainted = drawings.filter(|drawing| drawing.painted.is_none());
    let sidecars = unpainted.filter_map(|drawing| Sidecar::read(&run.args.out.join(&drawing.key)));
    sidecars
        .fold((0, 0), |(all, some), sidecar| (all + sidecar.segments.len(), some + sidecar.to_review().len()))
}
