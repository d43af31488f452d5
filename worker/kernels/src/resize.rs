//! Bilinear resize.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use crate::Corners;
use crate::axis::Axis;
use crate::cpu::{contiguous, vectorised};

/// Bilinear resize without antialiasing, as `F.interpolate(…, mode="bilinear")`.
///
/// Weights are f64 and rounded once. candle's own `upsample_bilinear2d` gives the same values, but on one thread and
/// at a tenth of the speed.
#[derive(Clone, Copy, Debug)]
pub struct Resize {
    /// Rows of the result.
    pub height: usize,
    /// Columns of the result.
    pub width: usize,
    /// How input and output are laid on each other.
    pub corners: Corners,
}

impl Resize {
    /// Resizes `[batch, channels, h, w]` f32 to `[batch, channels, height, width]`.
    ///
    /// # Errors
    /// When the tensor has another rank or type, is empty, or its device has no such operation.
    pub fn apply(&self, tensor: &Tensor) -> Result<Tensor> {
        let (_, _, height, width) = tensor.dims4()?;
        if (height, width) == (self.height, self.width) {
            return Ok(tensor.clone());
        }
        match tensor.device().is_cpu() {
            true => tensor.contiguous()?.apply_op1_no_bwd(self),
            false => tensor.upsample_bilinear2d(self.height, self.width, self.corners == Corners::Aligned),
        }
    }
}

impl CustomOp1 for Resize {
    fn name(&self) -> &'static str {
        "resize"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, channels, height, width) = layout.shape().dims4()?;
        if height * width * self.height * self.width == 0 {
            bail!("resize: {width}x{height} to {}x{} pixels", self.width, self.height);
        }
        let input = contiguous(storage, layout, self.name())?;
        let rows = Axis::new(height, self.height, self.corners);
        let columns = Axis::new(width, self.width, self.corners);
        let mut out = vec![0.0; batch * channels * self.height * self.width];
        let planes = input.par_chunks_exact(height * width);
        out.par_chunks_exact_mut(self.height * self.width).zip(planes).for_each(|(out, plane)| {
            let mut between = vec![0.0; width + 1];
            for (y, out) in out.chunks_exact_mut(self.width).enumerate() {
                mix_rows(plane, width, rows.lower[y] as usize, rows.fraction[y] as f32, &mut between);
                mix_columns(&between, &columns, out);
            }
        });
        Ok((CpuStorage::F32(out), (batch, channels, self.height, self.width).into()))
    }
}

/// The row that lies `fraction` below row `lower`; one more entry than columns, so that the last has a neighbour.
fn mix_rows(plane: &[f32], width: usize, lower: usize, fraction: f32, out: &mut [f32]) {
    let above = &plane[lower * width..][..width];
    // The last row has fraction 0 and no row below.
    let below = plane.get((lower + 1) * width..(lower + 2) * width).unwrap_or(above);
    vectorised(|| {
        for ((out, &a), &b) in out.iter_mut().zip(above).zip(below) {
            *out = a * (1.0 - fraction) + b * fraction;
        }
    });
}

fn mix_columns(row: &[f32], columns: &Axis, out: &mut [f32]) {
    for ((out, &lower), &fraction) in out.iter_mut().zip(&columns.lower).zip(&columns.fraction) {
        let fraction = fraction as f32;
        let lower = lower as usize;
        *out = row[lower] * (1.0 - fraction) + row[lower + 1] * fraction;
    }
}
