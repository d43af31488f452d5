//! Applying the sparse matrix of segment pooling to a feature map.

#[cfg(feature = "cuda")]
use candle_core::CudaStorage;
use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::PoolPlan;
use crate::cpu::vectorised;

impl PoolPlan {
    /// Pools a feature map, `[channels, height, width]`, to `[segments, channels]` f32.
    ///
    /// Sums run in f64, so results are exact to the rounding of the map and the weights. A map whose channels lie next
    /// to each other (a transposed `[cells, channels]`) is read in place. A CPU takes maps of f32, a GPU those of f16 and
    /// bf16 as well; there the plan is copied to it each time.
    ///
    /// # Errors
    /// When the map has not the plan's grid, has another type, or its device has no such operation.
    pub fn apply(&self, map: &Tensor) -> Result<Tensor> {
        let (channels, height, width) = map.dims3()?;
        if (height, width) != self.grid {
            bail!(
                "segment pooling: a map of {width}x{height} cells, planned for {}x{}",
                self.grid.1,
                self.grid.0
            );
        }
        if channels == 0 || self.cells.is_empty() {
            return Tensor::zeros((self.segments(), channels), DType::F32, map.device());
        }
        if map.is_contiguous() || map.stride() == [1, width * channels, channels] {
            map.apply_op1_no_bwd(self)
        } else {
            map.contiguous()?.apply_op1_no_bwd(self)
        }
    }

    fn entries(&self, segment: usize) -> std::ops::Range<usize> {
        self.offsets[segment] as usize..self.offsets[segment + 1] as usize
    }

    /// `[channels, cells]` in memory: a dot product for each channel and segment.
    fn channels_apart(&self, map: &[f32], channels: usize) -> Vec<f32> {
        let segments = self.segments();
        let spans = self.spans();
        let mut by_channel = vec![0.0; channels * segments];
        let planes = map.par_chunks_exact(self.grid.0 * self.grid.1);
        by_channel.par_chunks_exact_mut(segments.max(1)).zip(planes).for_each(|(out, plane)| {
            pool_plane(&spans, &self.weights, plane, out);
        });
        let mut out = vec![0.0f32; segments * channels];
        for (channel, column) in by_channel.chunks_exact(segments.max(1)).enumerate() {
            for (segment, &value) in column.iter().enumerate() {
                out[segment * channels + channel] = value as f32;
            }
        }
        out
    }

    /// `[cells, channels]` in memory: a weighted sum of rows for each segment.
    fn channels_together(&self, map: &[f32], channels: usize) -> Vec<f32> {
        let mut out = vec![0.0f32; self.segments() * channels];
        out.par_chunks_exact_mut(channels.max(1)).enumerate().for_each(|(segment, out)| {
            let mut sums = vec![0.0f64; channels];
            for entry in self.entries(segment) {
                let row = &map[self.cells[entry] as usize * channels..][..channels];
                add_weighted(&mut sums, self.weights[entry], row);
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = sum as f32;
            }
        });
        out
    }

    /// The entries as stretches of neighbouring cells.
    fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for segment in 0..self.segments() {
            let entries = self.entries(segment);
            let mut entry = entries.start;
            for stretch in self.cells[entries].chunk_by(|a, b| a + 1 == *b) {
                spans.push(Span { segment, cell: stretch[0] as usize, entry, len: stretch.len() });
                entry += stretch.len();
            }
        }
        spans
    }
}

struct Span {
    segment: usize,
    cell: usize,
    entry: usize,
    len: usize,
}

vectorised! {
    /// Pools one channel: a dot product for each span.
    fn pool_plane<'a>(spans: &'a [Span], weights: &'a [f32], plane: &'a [f32], out: &'a mut [f64]) {
        for span in spans {
            let cells = &plane[span.cell..][..span.len];
            out[span.segment] += dot(cells, &weights[span.entry..][..span.len]);
        }
    }
}

vectorised! {
    fn add_weighted<'a>(sums: &'a mut [f64], weight: f32, row: &'a [f32]) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += f64::from(weight) * f64::from(value);
        }
    }
}

#[inline(always)]
fn dot(cells: &[f32], weights: &[f32]) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0f64; LANES];
    let split = cells.len() / LANES * LANES;
    for (cells, weights) in cells.chunks_exact(LANES).zip(weights.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += f64::from(cells[lane]) * f64::from(weights[lane]);
        }
    }
    let rest: f64 =
        cells[split..].iter().zip(&weights[split..]).map(|(&c, &w)| f64::from(c) * f64::from(w)).sum();
    sums.iter().sum::<f64>() + rest
}

impl CustomOp1 for PoolPlan {
    fn name(&self) -> &'static str {
        "segment-pooling"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let channels = layout.dims()[0];
        let start = layout.start_offset();
        let map = &storage.as_slice::<f32>()?[start..start + layout.shape().elem_count()];
        let pooled = if layout.is_contiguous() {
            self.channels_apart(map, channels)
        } else {
            self.channels_together(map, channels)
        };
        Ok((CpuStorage::F32(pooled), (self.segments(), channels).into()))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        super::ResidentPlan::of(self, &storage.device)?.cuda_fwd(storage, layout)
    }
}
