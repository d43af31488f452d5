//! What the farm costs beside the painting: the same drawings painted by one process, and by a farm.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;
use tempfile::TempDir;

use crate::drawings::Figures;
use crate::farm::Farm;
use crate::{Builder, Result, cpu};

/// How long the farm may take for all drawings.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// The part of the farm that would paint without a farm, too.
const WORKERS: &str = "workers";

/// What is painted, and by how many.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The drawings.
    pub figures: Figures,
    /// Workers of the farm.
    pub workers: u32,
}

/// What it took to paint them.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Cost {
    /// From the first to the last drawing.
    pub seconds: f64,
    /// Drawings painted in a second.
    pub fps: f64,
    /// Processor time of one drawing, of all processes.
    pub cpu_ms: f64,
}

/// One process and a farm side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Throughput {
    /// Drawings that were painted.
    pub drawings: u32,
    /// The size of a line drawing's file, on average.
    pub bytes_per_drawing: u64,
    /// Workers of the farm.
    pub workers: u32,
    /// `shiage paint`, which writes a report, too.
    pub paint: Cost,
    /// The farm: from the submission until all is published.
    pub farm: Cost,
    /// Processor time of one drawing by the farm's processes, in ms.
    pub farm_cpu_ms: BTreeMap<&'static str, f64>,
    /// Processor time of one drawing outside of the workers, in ms: queue, store and scheduler.
    pub overhead_cpu_ms: f64,
}

/// Measures both, one after the other.
///
/// # Errors
/// When a process does not start, a drawing is not painted, or the system is not Linux.
pub async fn measure(shiage: &Path, load: Load) -> Result<Throughput> {
    let dir = TempDir::new()?;
    let drawings = dir.path().join("drawings");
    load.figures.write(&drawings)?;
    // The first drawing of each clip is given painted.
    let painted = load.figures.clips * (load.figures.drawings - 1);
    let paint = paint(shiage, &drawings, &dir.path().join("painted"), painted)?;
    let (farm, farm_cpu_ms) = paint_on_farm(shiage, &drawings, load.workers, painted).await?;
    Ok(Throughput {
        drawings: painted,
        bytes_per_drawing: mean_size(&drawings)?,
        workers: load.workers,
        paint,
        farm,
        overhead_cpu_ms: farm.cpu_ms - farm_cpu_ms[WORKERS],
        farm_cpu_ms,
    })
}

fn paint(shiage: &Path, drawings: &Path, out: &Path, painted: u32) -> Result<Cost> {
    let start = Instant::now();
    let mut command = Command::new(shiage);
    command.arg("paint").arg(drawings).arg("--out").arg(out).args(["--model", "shape", "--json"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let cpu = cpu::used_in_all(&mut child).map_err(|error| format!("shiage paint: {error}"))?;
    Ok(Cost::of(start.elapsed(), cpu.as_secs_f64() * 1_000.0 / f64::from(painted), painted))
}

async fn paint_on_farm(
    shiage: &Path,
    drawings: &Path,
    workers: u32,
    painted: u32,
) -> Result<(Cost, BTreeMap<&'static str, f64>)> {
    let farm = Builder::new(shiage).workers(workers).lease(15).target_seconds(30).start().await?;
    let before = used(&farm)?;
    let start = Instant::now();
    let episode = farm.submit(drawings, &[]).await?;
    let status = farm.wait(&episode, PATIENCE).await?;
    let elapsed = start.elapsed();
    let after = used(&farm)?;
    farm.stop().await?;
    if status["drawings"]["painted"] != painted {
        return Err(format!("expected {painted} painted drawings: {status}").into());
    }
    let each = |(part, used): (&'static str, Duration)| {
        let spent = used.saturating_sub(before.get(part).copied().unwrap_or_default());
        (part, spent.as_secs_f64() * 1_000.0 / f64::from(painted))
    };
    let parts: BTreeMap<_, _> = after.into_iter().map(each).collect();
    Ok((Cost::of(elapsed, parts.values().sum(), painted), parts))
}

fn used(farm: &Farm) -> Result<BTreeMap<&'static str, Duration>> {
    let sum = |pids: Vec<i32>| -> Result<Duration> {
        pids.into_iter().map(|pid| cpu::used(u32::try_from(pid)?)).sum()
    };
    Ok(BTreeMap::from([
        ("redis", cpu::used(farm.redis.pid())?),
        ("scheduler", sum(farm.schedulers.iter().map(|slot| slot.process.id()).collect())?),
        ("store", sum(vec![farm.s3.id()])?),
        (WORKERS, sum(farm.workers.iter().map(|slot| slot.process.id()).collect())?),
    ]))
}

fn mean_size(folder: &Path) -> Result<u64> {
    let lines: Vec<u64> = crate::files(folder)?
        .into_iter()
        .filter(|(name, _)| name.contains("/line/"))
        .map(|(_, content)| content.len() as u64)
        .collect();
    Ok(lines.iter().sum::<u64>() / lines.len().max(1) as u64)
}

impl Cost {
    fn of(elapsed: Duration, cpu_ms: f64, drawings: u32) -> Self {
        let seconds = elapsed.as_secs_f64();
        Self { seconds, fps: f64::from(drawings) / seconds, cpu_ms }
    }
}
