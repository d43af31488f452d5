//! Segment pooling on a GPU.

use candle_core::cuda_backend::{CudaDevice, CudaStorage, CudaStorageSlice};
use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Storage, Tensor, bail};
use cudarc::driver::{CudaSlice, DevicePtr as _};

use super::flow::{Arrays, Problem, arrays};
use super::gpu::{Memory, Order, call};
use super::{LabelImage, PoolPlan, Pooling};
use crate::gpu::{Machine as _, Pointer, run};

/// A plan in the memory of a GPU, to be applied to many maps or made from labels that are there.
#[derive(Debug)]
pub struct ResidentPlan {
    grid: (usize, usize),
    arrays: Arrays<CudaSlice<u32>>,
}

impl ResidentPlan {
    /// Copies a plan to a GPU.
    ///
    /// # Errors
    /// When the device fails.
    pub fn of(plan: &PoolPlan, device: &CudaDevice) -> Result<Self> {
        let weights: Vec<u32> = plan.weights.iter().map(|weight| weight.to_bits()).collect();
        // An array has at least one word, so that it has an address.
        let upload = |words: &[u32]| device.upload(if words.is_empty() { &[0] } else { words });
        let arrays = Arrays {
            offsets: upload(&plan.offsets)?,
            cells: upload(&plan.cells)?,
            weights: upload(&weights)?,
            occupied: plan.occupied(),
        };
        Ok(Self { grid: plan.grid, arrays })
    }

    /// Plans the pooling of maps of `grid` (height, width) cells over a label image on a GPU, `[height, width]` u32:
    /// [`PoolPlan::new`] where the labels are. An image whose segments are spread so wide that the GPU's way would take
    /// too much memory is planned by the processor.
    ///
    /// # Errors
    /// When a label is above the number of segments, a size is zero or too large, the tensor is of another type, not
    /// contiguous or on a CPU, or the device fails.
    #[allow(unsafe_code)]
    pub fn new(labels: &Tensor, segments: usize, grid: (usize, usize), pooling: Pooling) -> Result<Self> {
        let size = labels.dims2()?;
        let problem = Problem::new(segments, size, grid, pooling)?;
        let (storage, layout) = labels.storage_and_layout();
        let Storage::Cuda(CudaStorage { slice: CudaStorageSlice::U32(words), device }) = &*storage else {
            bail!("segment pooling: needs labels of u32 on a GPU");
        };
        let Some((start, _)) = layout.contiguous_offsets() else {
            bail!("segment pooling: the labels are not contiguous");
        };
        let stream = device.cuda_stream();
        let (address, _order) = words.device_ptr(&stream);
        let address = Pointer(address + (start * size_of::<u32>()) as u64);
        // SAFETY: a label for each pixel of the problem's image.
        if let Some(arrays) = unsafe { arrays(device, address, problem) }? {
            return Ok(Self { grid, arrays });
        }
        let labels = labels.flatten_all()?.to_vec1()?;
        let image = LabelImage { labels: &labels, width: size.1, segments };
        Self::of(&PoolPlan::new(&image, grid, pooling)?, device)
    }

    /// Number of segments.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.arrays.occupied.len()
    }

    /// Whether each segment has any cell at all, as [`PoolPlan::occupied`].
    #[must_use]
    pub fn occupied(&self) -> &[f32] {
        &self.arrays.occupied
    }

    /// Pools a feature map, `[channels, height, width]` of f32, f16 or bf16, to `[segments, channels]` f32, as
    /// [`PoolPlan::apply`].
    ///
    /// # Errors
    /// When the map has not the plan's grid, is of another type or on another device, or the device fails.
    pub fn apply(&self, map: &Tensor) -> Result<Tensor> {
        let (channels, height, width) = map.dims3()?;
        if (height, width) != self.grid {
            let (rows, columns) = self.grid;
            bail!("segment pooling: a map of {width}x{height} cells, planned for {columns}x{rows}");
        }
        if channels * self.segments() == 0 {
            return Tensor::zeros((self.segments(), channels), DType::F32, map.device());
        }
        if map.is_contiguous() || map.stride() == [1, width * channels, channels] {
            map.apply_op1_no_bwd(self)
        } else {
            map.contiguous()?.apply_op1_no_bwd(self)
        }
    }
}

impl CustomOp1 for ResidentPlan {
    fn name(&self) -> &'static str {
        "segment-pooling"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        bail!("segment pooling: the plan is on a GPU, the map is not");
    }

    /// Pools a map of the plan's grid in one piece, or with its channels next to each other.
    #[allow(unsafe_code)]
    fn cuda_fwd(&self, storage: &CudaStorage, layout: &Layout) -> Result<(CudaStorage, Shape)> {
        let (device, channels) = (&storage.device, layout.dims()[0]);
        let stream = device.cuda_stream();
        let shape = Shape::from((self.segments(), channels));
        // SAFETY: the kernel writes every row and channel.
        let mut out = unsafe { run::room(device, &shape, DType::F32) }?;
        {
            let map = run::input(storage, layout.start_offset(), &stream)?;
            let pooled = run::output(&mut out, 0, &stream)?;
            let memory = Memory {
                map: map.pointer,
                offsets: device.pointer(&self.arrays.offsets),
                cells: device.pointer(&self.arrays.cells),
                weights: device.pointer(&self.arrays.weights),
                out: pooled.pointer,
            };
            let order = match layout.is_contiguous() {
                true => Order::ChannelsApart((self.grid.0 * self.grid.1) as u32),
                false => Order::ChannelsTogether,
            };
            let size = (self.segments() as u32, channels as u32);
            // SAFETY: a plan has no cell outside its grid, which is that of the map, and ascending offsets.
            unsafe { run::start(device, &call(map.element, order, size, memory)) }?;
        }
        Ok((out, shape))
    }
}
