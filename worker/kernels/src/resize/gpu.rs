//! What is launched for bilinear resizing.

use super::Resize;
use crate::Corners;
use crate::gpu::{Call, Element, Pointer, Source};

const BLOCK: u32 = 128;
/// Planes that have blocks of their own; a grid has a limit, and more would only cost starts.
const MOST_PLANES: u32 = 4096;

/// Resizes planes of `size` (height, width).
pub(super) fn call(
    resize: &Resize,
    element: Element,
    planes: u32,
    size: (u32, u32),
    map: Pointer,
    out: Pointer,
) -> Call {
    let (rows, columns) = (resize.height as u32, resize.width as u32);
    let grid = [columns.div_ceil(BLOCK), rows, planes.min(MOST_PLANES)];
    Call::of(Source::Resize, "resize", element, grid, BLOCK)
        .pointer(map)
        .pointer(out)
        .number(planes)
        .number(size.0)
        .number(size.1)
        .number(rows)
        .number(columns)
        .number(u32::from(resize.corners == Corners::Aligned))
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Result, Tensor};

    use super::*;
    use crate::gpu::emulate::{self, bytes_of, read, values, worst, write};

    #[allow(unsafe_code)]
    fn emulated(resize: &Resize, map: &Tensor) -> Result<Vec<f32>> {
        let (batch, channels, height, width) = map.dims4()?;
        let planes = batch * channels;
        let bytes = bytes_of(map)?;
        let mut out = vec![0u8; planes * resize.height * resize.width * map.dtype().size_in_bytes()];
        let element = Element::of(map.dtype()).unwrap();
        let size = (height as u32, width as u32);
        // SAFETY: both hold the planes.
        unsafe { emulate::run(&call(resize, element, planes as u32, size, read(&bytes), write(&mut out))) };
        Ok(values(map.dtype(), &out))
    }

    #[test]
    fn the_kernels_equal_the_cpu_body() -> Result<()> {
        for (from, to) in [((3, 5), (6, 10)), ((7, 4), (3, 9)), ((1, 1), (4, 3)), ((37, 37), (54, 196))] {
            for corners in [Corners::HalfPixel, Corners::Aligned] {
                for (dtype, limit) in [(DType::F32, 1e-6), (DType::F16, 2e-3), (DType::BF16, 2e-2)] {
                    let map =
                        Tensor::randn(0f32, 1.0, (2, 3, from.0, from.1), &Device::Cpu)?.to_dtype(dtype)?;
                    let resize = Resize { height: to.0, width: to.1, corners };
                    let expected =
                        resize.apply(&map.to_dtype(DType::F32)?)?.flatten_all()?.to_vec1::<f32>()?;
                    let worst = worst(&emulated(&resize, &map)?, &expected);
                    assert!(worst < limit, "{from:?} to {to:?}, {corners:?}, {dtype:?}: {worst}");
                }
            }
        }
        Ok(())
    }
}
