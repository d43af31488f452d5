//! Bilinear resize on a GPU.

use candle_core::cuda_backend::CudaStorage;
use candle_core::cuda_backend::CudaStorageSlice;
use candle_core::{Layout, Result, Shape, bail};
use cudarc::driver::DevicePtr as _;

use super::gpu::{self, call};
use super::{DrawingInput, Resize};
use crate::gpu::{Pointer, run};

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

/// Makes squares of `[batch, height, width, 4]` u8, which is contiguous.
#[allow(unsafe_code)]
pub(super) fn drawing(
    input: &DrawingInput,
    storage: &CudaStorage,
    layout: &Layout,
) -> Result<(CudaStorage, Shape)> {
    let (batch, height, width, _) = layout.shape().dims4()?;
    let CudaStorage { slice: CudaStorageSlice::U8(bytes), device } = storage else {
        bail!("drawing-input: drawings are bytes");
    };
    let (Ok(rows), Ok(columns), 1..=65_535, 1..=65_535) =
        (u32::try_from(height), u32::try_from(width), input.side, batch)
    else {
        bail!("drawing-input: {batch} drawings of {width}x{height} to squares of {}", input.side);
    };
    let stream = device.cuda_stream();
    let shape = Shape::from((batch, 3, input.side, input.side));
    // SAFETY: the kernel writes every pixel.
    let mut out = unsafe { run::room(device, &shape, input.dtype) }?;
    {
        let (address, _order) = bytes.device_ptr(&stream);
        let drawings = Pointer(address + layout.start_offset() as u64);
        let squares = run::output(&mut out, 0, &stream)?;
        let size = (rows, columns);
        let call = gpu::drawing(input, squares.element, batch as u32, size, drawings, squares.pointer);
        // SAFETY: four bytes for each pixel, and room for three planes of each drawing.
        unsafe { run::start(device, &call) }?;
    }
    Ok((out, shape))
}
