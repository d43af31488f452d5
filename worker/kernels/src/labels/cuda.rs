//! Labels of a drawing that is on a GPU.

use candle_core::cuda_backend::{CudaStorage, CudaStorageSlice};
use candle_core::op::BackpropOp;
use candle_core::{Result, Storage, Tensor, bail};
use cudarc::driver::DevicePtr as _;

use super::flow::{self, Size};
use crate::gpu::Pointer;

/// A drawing's segments.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// `[height, width]` u32 on the drawing's device: 0 is line, segments count from 1.
    pub labels: Tensor,
    /// Number of segments.
    pub segments: usize,
}

/// Labels a drawing, `[height, width, 4]` u8 on a GPU, as `cel::segment` does. Line pixels are told by alpha above 0
/// with `by_alpha`, else by not being white.
///
/// # Errors
/// When the drawing has another shape or type, is not contiguous, is on a CPU, or the device fails.
#[allow(unsafe_code)]
pub fn label(drawing: &Tensor, by_alpha: bool) -> Result<Labelled> {
    let (height, width, 4) = drawing.dims3()? else {
        bail!("labels: a drawing of {:?}, not of height × width × 4 bytes", drawing.shape());
    };
    let size = Size::new(height, width)?;
    let (storage, layout) = drawing.storage_and_layout();
    let Storage::Cuda(CudaStorage { slice: CudaStorageSlice::U8(bytes), device }) = &*storage else {
        bail!("labels: needs a drawing of bytes on a GPU");
    };
    let Some((start, _)) = layout.contiguous_offsets() else {
        bail!("labels: the drawing is not contiguous")
    };
    let stream = device.cuda_stream();
    let (address, _order) = bytes.device_ptr(&stream);
    // SAFETY: four bytes for each pixel, checked above.
    let (labels, segments) = unsafe { flow::label(device, Pointer(address + start as u64), size, by_alpha) }?;
    let labels = Storage::Cuda(CudaStorage::wrap_cuda_slice(labels, device.clone()));
    let labels = Tensor::from_storage(labels, (height, width), BackpropOp::none(), false);
    Ok(Labelled { labels, segments: segments as usize })
}
