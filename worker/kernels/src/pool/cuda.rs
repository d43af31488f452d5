//! Segment pooling on a GPU.

use candle_core::cuda_backend::{CudaStorage, WrapErr as _};
use candle_core::{DType, Layout, Result, Shape};
use cudarc::driver::DevicePtr as _;

use super::PoolPlan;
use super::gpu::{Memory, Order, call};
use crate::gpu::{Pointer, run};

/// Pools a map of the plan's grid, `[channels, height, width]`, in one piece or with its channels next to each other.
/// The plan has entries and the map channels.
#[allow(unsafe_code)]
pub(super) fn apply(plan: &PoolPlan, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
    let (device, channels) = (&storage.device, layout.dims()[0]);
    let stream = device.cuda_stream();
    let offsets = stream.clone_htod(&plan.offsets).w()?;
    let cells = stream.clone_htod(&plan.cells).w()?;
    let weights = stream.clone_htod(&plan.weights).w()?;
    let shape = Shape::from((plan.segments(), channels));
    // SAFETY: the kernel writes every row and channel.
    let mut out = unsafe { run::room(device, &shape, DType::F32) }?;
    {
        let map = run::input(storage, layout.start_offset(), &stream)?;
        let pooled = run::output(&mut out, 0, &stream)?;
        let (offsets, _offsets) = offsets.device_ptr(&stream);
        let (cells, _cells) = cells.device_ptr(&stream);
        let (weights, _weights) = weights.device_ptr(&stream);
        let memory = Memory {
            map: map.pointer,
            offsets: Pointer(offsets),
            cells: Pointer(cells),
            weights: Pointer(weights),
            out: pooled.pointer,
        };
        let order = match layout.is_contiguous() {
            true => Order::ChannelsApart((plan.grid.0 * plan.grid.1) as u32),
            false => Order::ChannelsTogether,
        };
        let size = (plan.segments() as u32, channels as u32);
        // SAFETY: a plan has no cell outside its grid, which is that of the map, and ascending offsets.
        unsafe { run::start(device, &call(map.element, order, size, memory)) }?;
    }
    Ok((out, shape))
}
