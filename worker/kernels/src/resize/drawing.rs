//! From the bytes of drawings to the input of a network, in one step.

#[cfg(feature = "cuda")]
use candle_core::CudaStorage;
use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::resize_plane;
use crate::Corners;
use crate::axis::Axis;

/// Makes squares of drawings: bilinear with half-pixel centres, no antialiasing, the aspect ratio not kept.
#[derive(Clone, Copy, Debug)]
pub struct DrawingInput {
    /// Rows and columns of the result.
    pub side: usize,
    /// Whether drawings are laid over white paper; else their colours are taken whatever the alpha.
    pub over_paper: bool,
    /// Type of the result: f32, on a GPU also f16 and bf16.
    pub dtype: DType,
}

impl DrawingInput {
    /// Red, green and blue in `0..=1`, `[batch, 3, side, side]`, of drawings `[batch, height, width, 4]` u8.
    ///
    /// # Errors
    /// When the tensor has another shape or type, is empty, or its device has no such operation.
    pub fn apply(&self, drawings: &Tensor) -> Result<Tensor> {
        let (batch, height, width, channels) = drawings.dims4()?;
        if channels != 4 || drawings.dtype() != DType::U8 || batch * height * width * self.side == 0 {
            bail!(
                "drawing-input: {:?} of {:?} to squares of {}",
                drawings.shape(),
                drawings.dtype(),
                self.side
            );
        }
        drawings.contiguous()?.apply_op1_no_bwd(self)
    }

    /// One channel of a drawing, at its size.
    fn plane(&self, pixels: &[u8], channel: usize) -> Vec<f32> {
        let value = |pixel: &[u8; 4]| {
            let value = f32::from(pixel[channel]) / 255.0;
            if !self.over_paper || pixel[3] == 255 {
                return value;
            }
            let opacity = f32::from(pixel[3]) / 255.0;
            value * opacity + (1.0 - opacity)
        };
        pixels.as_chunks().0.iter().map(value).collect()
    }
}

impl CustomOp1 for DrawingInput {
    fn name(&self) -> &'static str {
        "drawing-input"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, height, width, _) = layout.shape().dims4()?;
        if self.dtype != DType::F32 {
            bail!("drawing-input: a CPU makes f32, not {:?}", self.dtype);
        }
        let Some((start, end)) = layout.contiguous_offsets() else { bail!("drawing-input: not contiguous") };
        let bytes = &storage.as_slice::<u8>()?[start..end];
        let rows = Axis::new(height, self.side, Corners::HalfPixel);
        let columns = Axis::new(width, self.side, Corners::HalfPixel);
        let mut out = vec![0.0; batch * 3 * self.side * self.side];
        out.par_chunks_exact_mut(self.side * self.side).enumerate().for_each(|(index, out)| {
            let pixels = &bytes[index / 3 * height * width * 4..][..height * width * 4];
            resize_plane(&self.plane(pixels, index % 3), width, &rows, &columns, out);
        });
        Ok((CpuStorage::F32(out), (batch, 3, self.side, self.side).into()))
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        super::cuda::drawing(self, storage, layout)
    }
}
