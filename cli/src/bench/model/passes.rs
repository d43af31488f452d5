//! Timed passes.

use std::collections::BTreeMap;
use std::time::Instant;

use cel::AlphaRule;
use worker::engine::{DaconEngine, Engine as _, EngineError};
use worker::model::dacon::Part;
use worker::model::{ModelError, Place, Tensor};

use super::drawing::Scene;
use crate::exit::CliError;

/// Side of the matrices whose product shows what a device can do: large enough to keep a GPU busy.
const GPU_SIDE: usize = 8192;
/// The same for a processor.
const CPU_SIDE: usize = 1536;
/// Products timed.
const PRODUCTS: usize = 5;

/// The stages of a pass, in order: those of the network, and the comparison with a reference.
pub(super) const STAGES: [&str; 6] = ["input", "backbone", "unet", "pooling", "heads", "match"];

/// What passes took.
pub(super) struct Passes {
    /// Milliseconds of a drawing by stage, median of the passes.
    pub(super) stages: BTreeMap<&'static str, f64>,
}

impl Passes {
    /// Times passes over a batch of one drawing, each compared with a reference; one pass goes before.
    pub(super) fn measure(
        engine: &DaconEngine,
        scene: &Scene,
        batch: usize,
        runs: u64,
    ) -> Result<Self, CliError> {
        let failed = |error: EngineError| match error {
            EngineError::Network(error) => CliError::Model(ModelError::Network(error)),
            other => CliError::Usage(other.to_string()),
        };
        let mut times: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
        pass(engine, scene, batch).map_err(failed)?;
        for _ in 0..runs {
            for (stage, seconds) in pass(engine, scene, batch).map_err(failed)? {
                times.entry(stage).or_default().push(1e3 * seconds / batch as f64);
            }
        }
        Ok(Self { stages: times.into_iter().map(|(stage, times)| (stage, median(times))).collect() })
    }

    /// Milliseconds of a drawing.
    pub(super) fn total(&self) -> f64 {
        self.stages.values().sum()
    }
}

/// Seconds of a pass by stage.
fn pass(engine: &DaconEngine, scene: &Scene, batch: usize) -> Result<Vec<(&'static str, f64)>, EngineError> {
    let drawings = vec![(&scene.drawing, &scene.labels); batch];
    let device = engine.model().place().device();
    let (mut stages, mut start) = (Vec::with_capacity(STAGES.len()), Instant::now());
    let mut lap = |stage| {
        stages.push((stage, start.elapsed().as_secs_f64()));
        start = Instant::now();
    };
    let embedded = engine.model().embed_all(&drawings, AlphaRule::Composite, &mut |part| {
        device.synchronize()?;
        lap(stage(part));
        Ok(())
    })?;
    for embedding in &embedded {
        let features = engine.features(embedding)?;
        // Brings the similarities back, so that nothing is left to be done.
        engine.compare(&features, &features)?;
    }
    lap("match");
    Ok(stages)
}

const fn stage(part: Part) -> &'static str {
    match part {
        Part::Input => STAGES[0],
        Part::Backbone => STAGES[1],
        Part::Unet => STAGES[2],
        Part::Pooling => STAGES[3],
        Part::Heads => STAGES[4],
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    match times.len() % 2 {
        0 => (times[middle - 1] + times[middle]) / 2.0,
        _ => times[middle],
    }
}

/// Floating-point operations a second of a plain product of large matrices, the best of some: what the device reaches
/// in practice.
pub(super) fn product_speed(place: &Place) -> Result<f64, CliError> {
    let measured = || -> Result<f64, ModelError> {
        let (device, dtype) = (place.device(), place.precision().dtype());
        let side = if device.is_cpu() { CPU_SIDE } else { GPU_SIDE };
        let matrix = Tensor::rand(-1f32, 1.0, (side, side), device)?.to_dtype(dtype)?;
        let mut best = f64::INFINITY;
        for _ in 0..PRODUCTS {
            let start = Instant::now();
            let product = matrix.matmul(&matrix)?;
            device.synchronize()?;
            drop(product);
            best = best.min(start.elapsed().as_secs_f64());
        }
        Ok(2.0 * (side as f64).powi(3) / best)
    };
    Ok(measured()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
