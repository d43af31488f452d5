//! What is launched for segment pooling.

use crate::gpu::{Call, Element, Pointer, Source};

/// Where the arguments lie: a map, the plan's arrays, and `[segments, channels]` f32 for the result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    pub(super) map: Pointer,
    pub(super) offsets: Pointer,
    pub(super) cells: Pointer,
    pub(super) weights: Pointer,
    pub(super) out: Pointer,
}

/// How the cells and channels of a map lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// `[cells, channels]`.
    ChannelsTogether,
    /// `[channels, cells]`, with the number of cells.
    ChannelsApart(u32),
}

/// Pools a map; `size` is segments and channels.
pub(super) fn call(element: Element, order: Order, size: (u32, u32), memory: Memory) -> Call {
    let (segments, channels) = size;
    let (kernel, grid, block) = match order {
        Order::ChannelsTogether => ("pool_together", [segments, channels.div_ceil(128), 1], 128),
        Order::ChannelsApart(_) => ("pool_apart", [segments, channels, 1], 128),
    };
    let call = Call::of(Source::Pool, kernel, element, grid, block)
        .pointer(memory.map)
        .pointer(memory.offsets)
        .pointer(memory.cells)
        .pointer(memory.weights)
        .pointer(memory.out)
        .number(channels);
    match order {
        Order::ChannelsTogether => call,
        Order::ChannelsApart(cells) => call.number(cells),
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Result, Tensor};

    use super::*;
    use crate::gpu::emulate::{self, bytes_of, read, worst, write};
    use crate::{LabelImage, PoolPlan, Pooling};

    /// Odd sizes, five segments in blocks of two rows, the fourth of them empty.
    fn plan(grid: (usize, usize), pooling: Pooling) -> Result<PoolPlan> {
        let label = |i: usize| [0, 1, 2, 3, 5, 1, 3][(i / 46 * 3 + i % 23 / 4) % 7];
        let labels: Vec<u32> = (0..23 * 17).map(label).collect();
        PoolPlan::new(&LabelImage { labels: &labels, width: 23, segments: 5 }, grid, pooling)
    }

    #[allow(unsafe_code)]
    fn emulated(plan: &PoolPlan, map: &Tensor, together: bool) -> Result<Vec<f32>> {
        let (channels, height, width) = map.dims3()?;
        let laid_out = if together { map.permute((1, 2, 0))?.contiguous()? } else { map.clone() };
        let bytes = bytes_of(&laid_out)?;
        let mut out = vec![f32::NAN; plan.segments() * channels];
        let memory = Memory {
            map: read(&bytes),
            offsets: read(plan.offsets()),
            cells: read(plan.cells()),
            weights: read(plan.weights()),
            out: write(&mut out),
        };
        let order =
            if together { Order::ChannelsTogether } else { Order::ChannelsApart((height * width) as u32) };
        let element = Element::of(map.dtype()).unwrap();
        // SAFETY: the plan is for maps of this size.
        unsafe { emulate::run(&call(element, order, (plan.segments() as u32, channels as u32), memory)) };
        Ok(out)
    }

    #[test]
    fn the_kernels_equal_the_cpu_body() -> Result<()> {
        for (grid, pooling) in [((5, 7), Pooling::FullSize), ((31, 9), Pooling::MaxPooled { pool: (8, 9) })] {
            let plan = plan(grid, pooling)?;
            for dtype in [DType::F32, DType::F16, DType::BF16] {
                let map = Tensor::randn(0f32, 1.0, (67, grid.0, grid.1), &Device::Cpu)?.to_dtype(dtype)?;
                let wide = map.to_dtype(DType::F32)?;
                let expected = plan.apply(&wide)?.flatten_all()?.to_vec1::<f32>()?;
                assert!(worst(&emulated(&plan, &map, false)?, &expected) < 1e-6);
                let together = wide.permute((1, 2, 0))?.contiguous()?.permute((2, 0, 1))?;
                let expected = plan.apply(&together)?.flatten_all()?.to_vec1::<f32>()?;
                assert_eq!(emulated(&plan, &map, true)?, expected, "the same order of additions");
                assert!(expected[3 * 67..4 * 67].iter().all(|&x| x == 0.0), "an empty segment");
            }
        }
        Ok(())
    }
}
