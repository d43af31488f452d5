//! Attention on a GPU.

use candle_core::backend::BackendStorage as _;
use candle_core::cuda_backend::CudaStorage;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, bail};

use super::gpu;
use crate::gpu::run;

/// Attention with heads of [`gpu::WIDTH`], without scores in memory.
pub(super) struct Fused {
    pub(super) heads: usize,
}

impl CustomOp1 for Fused {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        bail!("attention: a CPU has a form of its own");
    }

    /// `[batch, tokens, 3 · heads · 64]` to `[batch, tokens, heads · 64]`.
    #[allow(unsafe_code)]
    fn cuda_fwd(&self, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        let (batch, tokens, width) = layout.shape().dims3()?;
        // Copies of 16 bytes start at multiples of 16 bytes.
        let start = match layout.contiguous_offsets() {
            Some((start, _)) if start % 8 == 0 && width == 3 * self.heads * gpu::WIDTH => start,
            _ => bail!("attention: rows of {width} for {} heads, at {}", self.heads, layout.start_offset()),
        };
        let limited = |count: usize| u32::try_from(count).ok().filter(|count| *count <= 65_535);
        let (Some(batch), Some(tokens), Some(heads)) = (limited(batch), limited(tokens), limited(self.heads))
        else {
            bail!("attention: {batch} images, {tokens} tokens and {} heads are too many", self.heads);
        };
        let device = &storage.device;
        let stream = device.cuda_stream();
        let shape = Shape::from((batch as usize, tokens as usize, self.heads * gpu::WIDTH));
        // SAFETY: the kernel writes every token and head.
        let mut out = unsafe { run::room(device, &shape, storage.dtype()) }?;
        {
            let rows = run::input(storage, start, &stream)?;
            let mixed = run::output(&mut out, 0, &stream)?;
            let shape = gpu::Shape { batch, tokens, heads };
            // SAFETY: both hold as many images, tokens and heads.
            unsafe { run::start(device, &gpu::call(rows.element, shape, rows.pointer, mixed.pointer)) }?;
        }
        Ok((out, shape))
    }
}
