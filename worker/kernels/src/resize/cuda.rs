//! Bilinear resize on a GPU.

use candle_core::cuda_backend::CudaStorage;
use candle_core::{Layout, Result, Shape, bail};

use super::Resize;
use super::gpu::call;
use crate::gpu::run;

/// Resizes `[batch, channels, h, w]`, which is contiguous.
#[allow(unsafe_code)]
pub(super) fn apply(resize: &Resize, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
    let (batch, channels, height, width) = layout.shape().dims4()?;
    let shape = Shape::from((batch, channels, resize.height, resize.width));
    let fits = |size: usize| u32::try_from(size).ok();
    let (Some(planes), Some(rows), Some(columns)) = (fits(batch * channels), fits(height), fits(width))
    else {
        bail!("resize: {batch} × {channels} planes of {width}x{height} are too many");
    };
    if resize.height > 65_535 || height * width * shape.elem_count() == 0 {
        bail!("resize: {width}x{height} to {}x{} pixels", resize.width, resize.height);
    }
    let device = &storage.device;
    let stream = device.cuda_stream();
    // SAFETY: the kernel writes every pixel.
    let mut out = unsafe { run::room(device, &shape, candle_core::backend::BackendStorage::dtype(storage)) }?;
    {
        let map = run::input(storage, layout.start_offset(), &stream)?;
        let resized = run::output(&mut out, 0, &stream)?;
        let call = call(resize, map.element, planes, (rows, columns), map.pointer, resized.pointer);
        // SAFETY: both hold the planes at their sizes.
        unsafe { run::start(device, &call) }?;
    }
    Ok((out, shape))
}
