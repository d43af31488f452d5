//! Bilinear resize.

#[cfg(feature = "cuda")]
mod cuda;
mod drawing;
#[cfg(any(feature = "cuda", test))]
mod gpu;

#[cfg(feature = "cuda")]
use candle_core::CudaStorage;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

pub use drawing::DrawingInput;

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
    /// Resizes `[batch, channels, h, w]` to `[batch, channels, height, width]`; f32, on a GPU f16 and bf16 as well.
    ///
    /// # Errors
    /// When the tensor has another rank or type, is empty, or its device has no such operation.
    pub fn apply(&self, tensor: &Tensor) -> Result<Tensor> {
        let (_, _, height, width) = tensor.dims4()?;
        if (height, width) == (self.height, self.width) {
            return Ok(tensor.clone());
        }
        tensor.contiguous()?.apply_op1_no_bwd(self)
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
            resize_plane(plane, width, &rows, &columns, out);
        });
        Ok((CpuStorage::F32(out), (batch, channels, self.height, self.width).into()))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        cuda::apply(self, storage, layout)
    }
}

vectorised! {
    /// Resizes one plane: its rows are stretched once each, then mixed.
    fn resize_plane<'a>(
        plane: &'a [f32],
        width: usize,
        rows: &'a Axis,
        columns: &'a Axis,
        out: &'a mut [f32],
    ) {
        let fractions: Vec<f32> = columns.fraction.iter().map(|&fraction| fraction as f32).collect();
        let last = plane.len() / width - 1;
        let mut padded = vec![0.0; width + 1];
        // The stretched rows `held` and `held + 1`.
        let mut held = None;
        let mut above = vec![0.0; columns.len()];
        let mut below = vec![0.0; columns.len()];
        for (out, (&lower, &fraction)) in
            out.chunks_exact_mut(columns.len()).zip(rows.lower.iter().zip(&rows.fraction))
        {
            let lower = lower as usize;
            let mut stretch = |y: usize, out: &mut [f32]| {
                padded[..width].copy_from_slice(&plane[y.min(last) * width..][..width]);
                stretch_row(&padded, &columns.lower, &fractions, out);
            };
            if held != Some(lower) {
                if held.is_some_and(|held| held + 1 == lower) {
                    std::mem::swap(&mut above, &mut below);
                } else {
                    stretch(lower, &mut above);
                }
                stretch(lower + 1, &mut below);
                held = Some(lower);
            }
            let fraction = fraction as f32;
            for ((out, &a), &b) in out.iter_mut().zip(&above).zip(&below) {
                *out = a * (1.0 - fraction) + b * fraction;
            }
        }
    }
}

/// Interpolates along a row that has one more entry than columns, so that the last has a neighbour.
#[inline(always)]
fn stretch_row(row: &[f32], lower: &[u32], fractions: &[f32], out: &mut [f32]) {
    for ((out, &lower), &fraction) in out.iter_mut().zip(lower).zip(fractions) {
        let pair = &row[lower as usize..][..2];
        *out = pair[0] * (1.0 - fraction) + pair[1] * fraction;
    }
}
