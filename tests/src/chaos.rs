//! A farm under fire: episodes are painted while faults strike, and each must come out as if nothing had happened.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Serialize;
use tempfile::TempDir;

use crate::{Builder, Farm, Fault, Figures, Result, Verdict};

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Makes runs differ.
    pub seed: u64,
    /// Faults to strike with, at least.
    pub faults: u32,
    /// Workers.
    pub workers: u32,
    /// Schedulers.
    pub schedulers: u32,
    /// Clips of an episode.
    pub clips: u32,
    /// Drawings of a clip.
    pub drawings: u32,
    /// The one fault that strikes; all kinds without it.
    pub only: Option<Fault>,
    /// Milliseconds between two faults, at most.
    pub pause_ms: u64,
    /// Seconds of a lease.
    pub lease: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            faults: 100,
            workers: 4,
            schedulers: 2,
            clips: 12,
            drawings: 24,
            only: None,
            pause_ms: 400,
            lease: 2,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Faults by kind.
    pub faults: BTreeMap<String, u32>,
    /// Episodes that were painted.
    pub episodes: u32,
    /// Seconds it took.
    pub seconds: f64,
    /// What was found.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// How long an episode may take after the last fault.
const PATIENCE: Duration = Duration::from_secs(240);

/// Paints episodes one after the other until so many faults have struck; `tell` hears what happens.
///
/// # Errors
/// When the farm cannot be run, or an episode does not come to its end.
pub async fn run(shiage: &Path, plan: Plan, tell: &dyn Fn(&str)) -> Result<Report> {
    let began = Instant::now();
    let mut chance = SmallRng::seed_from_u64(plan.seed);
    let farm = Builder::new(shiage).workers(plan.workers).schedulers(plan.schedulers).lease(plan.lease);
    let mut farm = farm.start().await?;
    let mut report = Report::default();
    while report.faults.values().sum::<u32>() < plan.faults {
        let mut round = Round::start(&farm, plan, chance.random()).await?;
        tell(&format!("episode {} is submitted", round.episode));
        let painted = round.disturb(&mut farm, plan, &mut chance, &mut report, tell).await;
        let judged = match painted {
            Ok(()) => round.judge(&farm).await,
            Err(error) => Err(error),
        };
        // The logs tell why.
        let verdict = judged.map_err(|error| format!("{error}\n{}", last_lines(&farm.logs())))?;
        tell(&format!("episode {}: {} violations", round.episode, verdict.violations.len()));
        report.verdict.add(verdict);
        report.episodes += 1;
    }
    farm.stop().await?;
    report.seconds = began.elapsed().as_secs_f64();
    Ok(report)
}

struct Round {
    dir: TempDir,
    episode: String,
}

impl Round {
    async fn start(farm: &Farm, plan: Plan, seed: u64) -> Result<Self> {
        let dir = TempDir::new()?;
        let drawings = dir.path().join("drawings");
        Figures::small(seed, plan.clips, plan.drawings).write(&drawings)?;
        farm.paint(&drawings, &dir.path().join("wanted"), &[]).await?;
        let episode = farm.submit(&drawings, &[]).await?;
        Ok(Self { dir, episode })
    }

    /// Strikes until the episode is painted, or enough has struck.
    async fn disturb(
        &mut self,
        farm: &mut Farm,
        plan: Plan,
        chance: &mut SmallRng,
        report: &mut Report,
        tell: &dyn Fn(&str),
    ) -> Result<()> {
        let began = Instant::now();
        while report.faults.values().sum::<u32>() < plan.faults {
            let fault = plan.only.map_or_else(|| Fault::any(chance), Ok)?;
            tell(fault.name());
            fault.strike(farm, chance).await?;
            *report.faults.entry(fault.name().to_owned()).or_default() += 1;
            tokio::time::sleep(Duration::from_millis(
                chance.random_range(plan.pause_ms / 20..=plan.pause_ms),
            ))
            .await;
            // Submitted once more, it is the same episode.
            if chance.random_range(0..20) == 0
                && let Ok(again) = farm.submit(&self.dir.path().join("drawings"), &[]).await
                && again != self.episode
            {
                report.verdict.violations.push(format!("submitted twice, it is {again}, too"));
            }
            let state = farm.status(&self.episode).await.map(|status| status["state"].clone());
            if state.is_ok_and(|state| state == "done") || began.elapsed() > PATIENCE {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn judge(&self, farm: &Farm) -> Result<Verdict> {
        let status = farm.wait(&self.episode, PATIENCE).await?;
        Verdict::of(farm, &self.episode, &status, &self.dir.path().join("wanted")).await
    }
}

fn last_lines(logs: &str) -> String {
    let lines: Vec<&str> = logs.lines().collect();
    lines[lines.len().saturating_sub(80)..].join("\n")
}
