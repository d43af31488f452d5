//! The figures of a batch.

use std::collections::BTreeMap;

use serde::Serialize;
use worker::device;
use worker::model::Dacon;

use super::drawing::Scene;
use super::passes::Passes;
use crate::memory::peak_rss_bytes;

/// What `--json` prints.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figures {
    /// `cpu`, or the name of a GPU.
    pub(super) device: String,
    pub(super) precision: &'static str,
    pub(super) batch: usize,
    /// Width and height of a drawing in pixels.
    pub(super) size: [u32; 2],
    pub(super) ms_per_drawing: f64,
    pub(super) stages_ms: BTreeMap<&'static str, f64>,
    /// Drawings a second.
    pub(super) fps: f64,
    /// Millions of parameters.
    pub(super) params_m: f64,
    /// The weights, in the precision.
    pub(super) model_gb: f64,
    /// The most that tensors took on a GPU; on a CPU, the most that the process took. Since the start of the program, so
    /// that only the largest batch and size tell something new.
    pub(super) peak_memory_gb: f64,
    /// Arithmetic of backbone and U-Net, where it is known.
    pub(super) tflop_per_drawing: Option<f64>,
}

impl Figures {
    pub(super) fn new(model: &Dacon, scene: &Scene, batch: usize, passes: &Passes) -> Self {
        let (config, place) = (model.config(), model.place());
        let parameters = model.parameters();
        let peak = device::peak_bytes(place.device()).or_else(peak_rss_bytes).unwrap_or(0);
        Self {
            device: device::name(place.device()),
            precision: place.precision().name(),
            batch,
            size: [scene.drawing.size.width, scene.drawing.size.height],
            ms_per_drawing: passes.total(),
            stages_ms: passes.stages.clone(),
            fps: 1e3 / passes.total(),
            params_m: parameters as f64 / 1e6,
            model_gb: (parameters * place.precision().bytes()) as f64 / 1e9,
            peak_memory_gb: peak as f64 / 1e9,
            tflop_per_drawing: config.operations().map(|operations| operations as f64 / 1e12),
        }
    }

    /// Operations a second of backbone and U-Net, where they are known.
    pub(super) fn network_speed(&self) -> Option<f64> {
        let milliseconds: f64 =
            ["backbone", "unet"].iter().filter_map(|stage| self.stages_ms.get(stage)).sum();
        Some(self.tflop_per_drawing? * 1e12 / (milliseconds / 1e3))
    }
}
