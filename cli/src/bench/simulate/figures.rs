//! What was simulated, in figures.

use common::Mode;
use scheduler::simulate::{Outcome, Work};
use serde::Serialize;

use crate::args::SimulateArgs;

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    drawings: u32,
    fps: f64,
    target_seconds: u32,
    mtbf_s: Option<u32>,
    seed: u64,
    modes: Vec<ModeFigures>,
}

impl Figures {
    pub fn new(args: &SimulateArgs, modes: Vec<ModeFigures>) -> Self {
        let (drawings, fps, target_seconds) = (args.drawings, args.fps, args.target_seconds);
        Self { drawings, fps, target_seconds, mtbf_s: args.mtbf, seed: args.seed, modes }
    }
}

/// An episode in one mode.
#[derive(Debug, Serialize)]
pub(super) struct ModeFigures {
    pub mode: Mode,
    pub jobs: usize,
    /// Drawings of the longest path: a chain, or a job that continues no other.
    pub longest_path: u32,
    /// What it takes: no farm is faster.
    pub critical_path_s: f64,
    /// What one worker takes.
    pub alone_s: f64,
    /// Workers from which on the longest path takes longer than their part of the work.
    pub workers_that_help: u32,
    pub farms: Vec<FarmFigures>,
}

/// An episode on one farm.
#[derive(Debug, Serialize)]
pub(super) struct FarmFigures {
    pub workers: u32,
    pub seconds: f64,
    pub hours: f64,
    /// Against one worker that never dies.
    pub speed_up: f64,
    /// Speed-up by worker.
    pub efficiency: f64,
    pub drawings_per_s: f64,
    /// Share of the workers' time without work.
    pub idle: f64,
    /// Share of the workers' time on references.
    pub embedding: f64,
    /// What such a farm takes at least, and why.
    pub bound_s: f64,
    pub limit: Limit,
    pub deaths: u32,
    pub lost_leases: u32,
    /// Time of workers on what their deaths undid.
    pub undone_s: f64,
}

/// What keeps a farm from being faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Limit {
    /// Every worker's part of the work.
    Work,
    /// The longest path.
    Path,
}

impl ModeFigures {
    pub fn new(mode: Mode, work: &Work, alone: &Outcome) -> Self {
        Self {
            mode,
            jobs: work.jobs(),
            longest_path: work.longest_path(),
            critical_path_s: seconds(work.critical_path_us()),
            alone_s: seconds(alone.makespan_us),
            workers_that_help: work.engine_us().div_ceil(work.critical_path_us().max(1)) as u32,
            farms: Vec::new(),
        }
    }

    pub fn add(&mut self, work: &Work, outcome: &Outcome) {
        let taken = seconds(outcome.makespan_us);
        let part_us = work.engine_us() / u64::from(outcome.workers);
        let limit = if part_us >= work.critical_path_us() { Limit::Work } else { Limit::Path };
        let speed_up = self.alone_s / taken;
        self.farms.push(FarmFigures {
            workers: outcome.workers,
            seconds: taken,
            hours: taken / 3_600.0,
            speed_up,
            efficiency: speed_up / f64::from(outcome.workers),
            drawings_per_s: f64::from(outcome.drawings) / taken,
            idle: outcome.idle(),
            embedding: outcome.embedding(),
            bound_s: seconds(part_us.max(work.critical_path_us())),
            limit,
            deaths: outcome.deaths,
            lost_leases: outcome.lost_leases,
            undone_s: seconds(outcome.undone_us),
        });
    }
}

fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}
