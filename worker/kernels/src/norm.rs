//! Instance norm with ReLU, and the pooling of the U-Net's encoder.

#[cfg(feature = "cuda")]
mod cuda;
#[cfg(any(feature = "cuda", test))]
mod gpu;

#[cfg(feature = "cuda")]
use candle_core::CudaStorage;
use candle_core::{CpuStorage, CustomOp1, InplaceOp1, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use crate::cpu::{contiguous, vectorised};

/// Instance norm without affine parameters, then ReLU: `max(0, (x - mean) / sqrt(variance + eps))` over each plane,
/// with the biased variance (`nn.InstanceNorm2d` and `nn.ReLU`).
#[derive(Clone, Copy, Debug)]
pub struct InstanceNormRelu {
    /// Added to the variance; 1e-5 in PyTorch.
    pub eps: f64,
}

impl InstanceNormRelu {
    /// Normalises each plane of `[batch, channels, h, w]` in place; f32, on a GPU f16 and bf16 as well.
    ///
    /// # Errors
    /// When the tensor has another rank or type, or is not contiguous.
    pub fn apply(&self, tensor: Tensor) -> Result<Tensor> {
        tensor.inplace_op1(self)?;
        Ok(tensor)
    }
}

impl InplaceOp1 for InstanceNormRelu {
    fn name(&self) -> &'static str {
        "instance-norm-relu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (_, _, height, width) = layout.shape().dims4()?;
        let (Some((start, end)), CpuStorage::F32(values)) = (layout.contiguous_offsets(), storage) else {
            bail!("{}: needs a contiguous f32 tensor", self.name());
        };
        values[start..end]
            .par_chunks_exact_mut((height * width).max(1))
            .for_each(|plane| normalise(plane, self.eps));
        Ok(())
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, storage: &mut CudaStorage, layout: &Layout) -> Result<()> {
        cuda::apply(storage, layout, self.eps)
    }
}

vectorised! {
    fn normalise<'a>(plane: &'a mut [f32], eps: f64) {
        let count = plane.len() as f64;
        let mean = sum(plane, |x| x) / count;
        let variance = sum(plane, |x| (x - mean) * (x - mean)) / count;
        let (scale, shift) = (1.0 / (variance + eps).sqrt(), mean);
        let (scale, shift) = (scale as f32, shift as f32);
        for x in plane {
            *x = ((*x - shift) * scale).max(0.0);
        }
    }
}

#[inline(always)]
fn sum(plane: &[f32], term: impl Fn(f64) -> f64) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let chunks = plane.chunks_exact(LANES);
    let rest: f64 = chunks.remainder().iter().map(|&x| term(f64::from(x))).sum();
    for chunk in chunks {
        for lane in 0..LANES {
            sums[lane] += term(f64::from(chunk[lane]));
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// The highest of each 2×2 pixels (`nn.MaxPool2d(2)`); an odd last row or column is dropped.
#[derive(Clone, Copy, Debug)]
pub struct MaxPool2;

impl MaxPool2 {
    /// Halves `[batch, channels, h, w]` f32.
    ///
    /// # Errors
    /// When the tensor has another rank or type, or a CPU tensor is not contiguous.
    pub fn apply(&self, tensor: &Tensor) -> Result<Tensor> {
        match tensor.device().is_cpu() {
            true => tensor.apply_op1_no_bwd(self),
            false => tensor.max_pool2d(2),
        }
    }
}

impl CustomOp1 for MaxPool2 {
    fn name(&self) -> &'static str {
        "max-pool-2"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, channels, height, width) = layout.shape().dims4()?;
        let (rows, columns) = (height / 2, width / 2);
        if rows * columns == 0 {
            bail!("{}: a map of {width}x{height} cells", self.name());
        }
        let input = contiguous(storage, layout, self.name())?;
        let mut out = vec![0.0f32; batch * channels * rows * columns];
        let planes = input.par_chunks_exact(height * width);
        out.par_chunks_exact_mut(rows * columns).zip(planes).for_each(|(out, plane)| {
            for (out, pair) in out.chunks_exact_mut(columns).zip(plane.chunks_exact(2 * width)) {
                let (above, below) = pair.split_at(width);
                highest_of_four(above, below, out);
            }
        });
        Ok((CpuStorage::F32(out), (batch, channels, rows, columns).into()))
    }
}

vectorised! {
    /// The highest of each 2×2 pixels of two rows.
    fn highest_of_four<'a>(above: &'a [f32], below: &'a [f32], out: &'a mut [f32]) {
        let pairs = above.as_chunks::<2>().0.iter().zip(below.as_chunks::<2>().0);
        for (out, (a, b)) in out.iter_mut().zip(pairs) {
            *out = a[0].max(a[1]).max(b[0].max(b[1]));
        }
    }
}
