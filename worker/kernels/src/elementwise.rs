//! Exact GELU and softmax, fast on a CPU.

#[cfg(feature = "cuda")]
mod cuda;
#[cfg(any(feature = "cuda", test))]
mod gpu;

#[cfg(feature = "cuda")]
use candle_core::CudaStorage;
use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, Tensor, bail};
use rayon::prelude::*;

use crate::cpu::{contiguous, vectorised};

/// Adds a bias and applies the exact GELU, `x/2 · (1 + erf(x/√2))` (`nn.GELU()`).
///
/// On the CPU erf is formula 7.1.26 of Abramowitz and Stegun, whose error, 1.5e-7, is that of f32.
#[derive(Clone, Copy, Debug)]
pub struct AddGelu;

impl AddGelu {
    /// GELU of `tensor + bias` in place: `[…, width]` and `[width]`; f32, on a GPU f16 and bf16 as well.
    ///
    /// # Errors
    /// When shapes or types do not fit, or a tensor is not contiguous.
    pub fn apply(&self, tensor: Tensor, bias: &Tensor) -> Result<Tensor> {
        tensor.inplace_op2(bias, self)?;
        Ok(tensor)
    }
}

impl InplaceOp2 for AddGelu {
    fn name(&self) -> &'static str {
        "add-gelu"
    }

    fn cpu_fwd(
        &self,
        rows: &mut CpuStorage,
        rows_l: &Layout,
        bias: &CpuStorage,
        bias_l: &Layout,
    ) -> Result<()> {
        let bias = contiguous(bias, bias_l, self.name())?;
        rows_mut(rows, rows_l, bias.len(), self.name())?.for_each(|row| {
            add_gelu(row, bias);
        });
        Ok(())
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(
        &self,
        rows: &mut CudaStorage,
        rows_l: &Layout,
        bias: &CudaStorage,
        bias_l: &Layout,
    ) -> Result<()> {
        cuda::add_gelu(rows, rows_l, bias, bias_l)
    }
}

/// Softmax over the last dimension of scaled values, `exp(scale·x) / Σ exp(scale·x)`.
#[derive(Clone, Copy, Debug)]
pub struct Softmax {
    /// Factor of the values.
    pub scale: f32,
}

impl Softmax {
    /// Softmax of `[…, width]` in place; f32, on a GPU f16 and bf16 as well.
    ///
    /// # Errors
    /// When the type does not fit, or the tensor is not contiguous.
    pub fn apply(&self, tensor: Tensor) -> Result<Tensor> {
        tensor.inplace_op1(self)?;
        Ok(tensor)
    }
}

impl InplaceOp1 for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = layout.dims().last().copied().unwrap_or(1);
        rows_mut(storage, layout, width, self.name())?.for_each(|row| softmax(row, self.scale));
        Ok(())
    }

    #[cfg(feature = "cuda")]
    fn cuda_fwd(&self, storage: &mut CudaStorage, layout: &Layout) -> Result<()> {
        cuda::softmax(storage, layout, self.scale)
    }
}

/// The rows of a contiguous f32 tensor, to be worked on in parallel.
fn rows_mut<'a>(
    storage: &'a mut CpuStorage,
    layout: &Layout,
    width: usize,
    op: &str,
) -> Result<rayon::slice::ChunksExactMut<'a, f32>> {
    match (layout.contiguous_offsets(), storage) {
        (Some((start, end)), CpuStorage::F32(values))
            if layout.dims().last() == Some(&width) && width > 0 =>
        {
            Ok(values[start..end].par_chunks_exact_mut(width))
        }
        _ => bail!("{op}: needs a contiguous f32 tensor with rows of {width}"),
    }
}

vectorised! {
    fn add_gelu<'a>(row: &'a mut [f32], bias: &'a [f32]) {
        for (x, &b) in row.iter_mut().zip(bias) {
            *x = gelu(*x + b);
        }
    }
}

vectorised! {
    fn softmax<'a>(row: &'a mut [f32], scale: f32) {
        const LANES: usize = 16;
        let higher = |a: f32, b: f32| if b > a { b } else { a };
        let (chunks, rest) = row.as_chunks::<LANES>();
        let mut lanes = [f32::NEG_INFINITY; LANES];
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane = higher(*lane, x * scale);
            }
        }
        let highest = rest.iter().map(|x| x * scale).chain(lanes).fold(f32::NEG_INFINITY, higher);
        let mut sums = [0.0f32; LANES];
        let (chunks, rest) = row.as_chunks_mut::<LANES>();
        for chunk in chunks {
            for (sum, x) in sums.iter_mut().zip(chunk) {
                *x = exp(*x * scale - highest);
                *sum += *x;
            }
        }
        for (sum, x) in sums.iter_mut().zip(rest) {
            *x = exp(*x * scale - highest);
            *sum += *x;
        }
        let factor = 1.0 / sums.iter().sum::<f32>();
        for x in row {
            *x *= factor;
        }
    }
}

#[inline(always)]
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

#[inline(always)]
fn erf(x: f32) -> f32 {
    let size = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * size);
    let series =
        t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152_1 + t * 1.061_405_4))));
    (1.0 - series * exp(-size * size)).copysign(x)
}

/// `e^x` for `x` up to 0, to the rounding of f32; what would be below 1e-37 is about that.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding and taking away 1.5·2^23 rounds to a whole number without a call.
    const ROUND: f32 = 12_582_912.0;
    let x = if x < -86.0 { -86.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    // ln 2 in two parts, the first with few enough bits that its multiples are exact.
    let rest = x - whole * 0.693_359_4 - whole * -2.121_944_4e-4;
    let power = 1.0 / 720.0;
    let power = power * rest + 1.0 / 120.0;
    let power = power * rest + 1.0 / 24.0;
    let power = power * rest + 1.0 / 6.0;
    let power = power * rest + 0.5;
    let power = power * rest + 1.0;
    let power = power * rest + 1.0;
    let exponent = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    power * f32::from_bits(((exponent + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn exp_is_exact_to_rounding() {
        for step in 0..8600 {
            let x = -step as f32 / 100.0;
            let expected = f64::from(x).exp();
            assert!((f64::from(exp(x)) / expected - 1.0).abs() < 3e-7, "exp({x})");
        }
    }

    #[test]
    fn gelu_matches_candle_in_f64() -> Result<()> {
        let x = Tensor::arange(-800f32, 800.0, &Device::Cpu)?.affine(0.01, 0.0)?;
        let expected = (x.to_dtype(candle_core::DType::F64)? + 0.25)?.gelu_erf()?;
        let bias = Tensor::full(0.25f32, 1600, &Device::Cpu)?;
        let found = AddGelu.apply(x, &bias)?.to_dtype(candle_core::DType::F64)?;
        let worst = (found - expected)?.abs()?.max_all()?.to_scalar::<f64>()?;
        assert!(worst < 1e-6, "off by {worst}");
        Ok(())
    }

    #[test]
    fn softmax_rows_add_up_to_one() -> Result<()> {
        let x = Tensor::randn(0f32, 20.0, (7, 131), &Device::Cpu)?;
        let wide = (x.to_dtype(candle_core::DType::F64)? * 0.5)?;
        let powers = wide.broadcast_sub(&wide.max_keepdim(1)?)?.exp()?;
        let expected = powers.broadcast_div(&powers.sum_keepdim(1)?)?;
        let found = Softmax { scale: 0.5 }.apply(x)?.to_dtype(candle_core::DType::F64)?;
        let worst = (found - expected)?.abs()?.max_all()?.to_scalar::<f64>()?;
        assert!(worst < 1e-6, "off by {worst}");
        Ok(())
    }
}
