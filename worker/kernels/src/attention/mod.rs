//! Attention among the tokens of an image.

#[cfg(feature = "cuda")]
mod cuda;
#[cfg(any(feature = "cuda", test))]
mod gpu;

use candle_core::{D, Result, Tensor, bail};

use crate::Softmax;

/// Softmax attention of all tokens of an image among each other, for several heads.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// Number of heads.
    pub heads: usize,
}

impl Attention {
    /// Mixes the values of `rows`, `[batch, tokens, 3 · width]` with queries, keys and values of all heads side by
    /// side, to `[batch, tokens, width]`. Scores are divided by the root of a head's width.
    ///
    /// # Errors
    /// When the heads do not divide the width, or the device fails.
    pub fn apply(&self, rows: &Tensor) -> Result<Tensor> {
        let (_, _, width) = rows.dims3()?;
        if self.heads == 0 || width == 0 || width % (3 * self.heads) != 0 {
            bail!("attention: rows of {width} for {} heads of queries, keys and values", self.heads);
        }
        #[cfg(feature = "cuda")]
        if rows.device().is_cuda() && width == 3 * self.heads * gpu::WIDTH {
            return rows.contiguous()?.apply_op1_no_bwd(&cuda::Fused { heads: self.heads });
        }
        self.by_head(rows)
    }

    /// Holds the scores of some heads of one image at a time.
    fn by_head(&self, rows: &Tensor) -> Result<Tensor> {
        let (batch, tokens, width) = rows.dims3()?;
        let head = width / (3 * self.heads);
        // [3, batch, heads, tokens, head], all of them views.
        let parts = rows.reshape((batch, tokens, 3, self.heads, head))?.permute((2, 0, 3, 1, 4))?;
        let (query, key, value) = (parts.get(0)?, parts.get(1)?, parts.get(2)?);
        let softmax = Softmax { scale: 1.0 / (head as f32).sqrt() };
        // A CPU is faster with one head at a time: its scores stay in the cache.
        let group = if rows.device().is_cpu() { 1 } else { self.heads };
        let mut images = Vec::with_capacity(batch);
        for image in 0..batch {
            let mut mixed = Vec::with_capacity(self.heads);
            for first in (0..self.heads).step_by(group) {
                let part = |all: &Tensor| all.narrow(0, image, 1)?.narrow(1, first, group);
                let scores = part(&query)?.matmul(&part(&key)?.transpose(D::Minus2, D::Minus1)?)?;
                mixed.push(softmax.apply(scores)?.matmul(&part(&value)?)?);
            }
            images.push(Tensor::cat(&mixed, 1)?);
        }
        Tensor::cat(&images, 0)?.transpose(1, 2)?.reshape((batch, tokens, self.heads * head))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device};

    use super::gpu::{Shape, call};
    use super::*;
    use crate::gpu::{Element, emulate};

    fn rows(batch: usize, tokens: usize, heads: usize) -> Result<Tensor> {
        Tensor::randn(0f32, 1.5, (batch, tokens, 3 * heads * gpu::WIDTH), &Device::Cpu)
    }

    /// The worst difference between the kernel in the emulator and the CPU body.
    #[allow(unsafe_code)]
    fn emulated(dtype: DType, batch: usize, tokens: usize, heads: usize) -> Result<f32> {
        let rows = rows(batch, tokens, heads)?.to_dtype(dtype)?;
        let expected =
            Attention { heads }.apply(&rows.to_dtype(DType::F32)?)?.flatten_all()?.to_vec1::<f32>()?;
        let bytes = emulate::bytes_of(&rows)?;
        let mut out = vec![0u8; expected.len() * dtype.size_in_bytes()];
        let shape = Shape { batch: batch as u32, tokens: tokens as u32, heads: heads as u32 };
        let element = Element::of(dtype).unwrap();
        // SAFETY: both hold as many elements as the shape says.
        unsafe { emulate::run(&call(element, shape, emulate::read(&bytes), emulate::write(&mut out))) };
        Ok(emulate::worst(&emulate::values(dtype, &out), &expected))
    }

    #[test]
    fn the_kernels_equal_the_cpu_body() -> Result<()> {
        for (batch, tokens, heads) in [(1, 1, 1), (2, 63, 2), (1, 64, 1), (1, 65, 3), (1, 150, 2)] {
            for (dtype, limit) in [(DType::F32, 1e-5), (DType::F16, 3e-3), (DType::BF16, 2e-2)] {
                let worst = emulated(dtype, batch, tokens, heads)?;
                assert!(worst < limit, "{dtype:?}, {batch} × {tokens} tokens, {heads} heads: off by {worst}");
            }
        }
        Ok(())
    }

    #[test]
    fn heads_must_divide_the_rows() -> Result<()> {
        let rows = rows(1, 2, 1)?;
        assert!(Attention { heads: 0 }.apply(&rows).is_err());
        assert!(Attention { heads: 5 }.apply(&rows).is_err());
        Ok(())
    }
}
