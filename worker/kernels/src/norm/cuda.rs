//! Instance norm with ReLU on a GPU.

use candle_core::cuda_backend::{CudaStorage, WrapErr as _};
use candle_core::{Layout, Result, bail};
use cudarc::driver::DevicePtrMut as _;

use super::gpu::{Shape, calls};
use crate::gpu::{Pointer, run};

/// Normalises each plane of a map in place.
#[allow(unsafe_code)]
pub(super) fn apply(storage: &mut CudaStorage, layout: &Layout, eps: f64) -> Result<()> {
    let (batch, channels, height, width) = layout.shape().dims4()?;
    let Some((start, _)) = layout.contiguous_offsets() else {
        bail!("instance-norm-relu: needs a contiguous tensor");
    };
    // What a grid holds, and what kernels count with.
    let (Ok(planes @ 0..=65_535), Ok(plane)) =
        (u32::try_from(batch * channels), u32::try_from(height * width))
    else {
        bail!(
            "instance-norm-relu: {batch} × {channels} planes of {width}x{height} are too many; use smaller batches"
        );
    };
    let shape = Shape { planes, plane };
    if planes == 0 || plane == 0 {
        return Ok(());
    }
    let device = storage.device.clone();
    let stream = device.cuda_stream();
    // SAFETY: the first call writes all of it before the second reads it.
    let mut sums = unsafe { stream.alloc::<f64>(shape.sums()) }.w()?;
    let map = run::output(storage, start, &stream)?;
    let (sums, _sums) = sums.device_ptr_mut(&stream);
    for call in calls(map.element, shape, eps, map.pointer, Pointer(sums)) {
        // SAFETY: the map has these planes, the sums the room they ask for.
        unsafe { run::start(&device, &call) }?;
    }
    Ok(())
}
