//! GELU and softmax on a GPU.

use candle_core::cuda_backend::CudaStorage;
use candle_core::{Layout, Result, bail};

use super::gpu;
use crate::gpu::run;

/// Where a contiguous tensor starts, its rows and their width.
fn rows(layout: &Layout, op: &str) -> Result<(usize, u32, u32)> {
    let width = layout.dims().last().copied().unwrap_or(1);
    let count = layout.shape().elem_count().checked_div(width).unwrap_or(0);
    let (Some((start, _)), Ok(count), Ok(width)) =
        (layout.contiguous_offsets(), u32::try_from(count), u32::try_from(width))
    else {
        bail!("{op}: needs a contiguous tensor, not {count} rows of {width} in {:?}", layout.stride());
    };
    Ok((start, count, width))
}

/// GELU of rows plus a bias, in place.
#[allow(unsafe_code)]
pub(super) fn add_gelu(
    storage: &mut CudaStorage,
    layout: &Layout,
    bias: &CudaStorage,
    bias_layout: &Layout,
) -> Result<()> {
    let (start, count, width) = rows(layout, "add-gelu")?;
    let (bias_start, _, _) = rows(bias_layout, "add-gelu")?;
    if bias_layout.dims() != [width as usize] {
        bail!("add-gelu: rows of {width} and a bias of {:?}", bias_layout.shape());
    }
    let device = storage.device.clone();
    let stream = device.cuda_stream();
    let bias = run::input(bias, bias_start, &stream)?;
    let values = run::output(storage, start, &stream)?;
    if bias.element != values.element {
        bail!("add-gelu: rows of {:?} and a bias of {:?}", values.element, bias.element);
    }
    // SAFETY: the rows and the bias have this width.
    unsafe { run::start(&device, &gpu::add_gelu(values.element, count, width, values.pointer, bias.pointer)) }
}

/// Softmax of rows times `scale`, in place.
#[allow(unsafe_code)]
pub(super) fn softmax(storage: &mut CudaStorage, layout: &Layout, scale: f32) -> Result<()> {
    let (start, count, width) = rows(layout, "softmax")?;
    let device = storage.device.clone();
    let stream = device.cuda_stream();
    let values = run::output(storage, start, &stream)?;
    // SAFETY: there are as many rows of this width.
    unsafe { run::start(&device, &gpu::softmax(values.element, count, width, scale, values.pointer)) }
}
