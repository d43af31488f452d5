//! What is launched for bilinear resizing.

use super::{DrawingInput, Resize};
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

/// Makes squares of `batch` drawings of `size` (height, width).
pub(super) fn drawing(
    input: &DrawingInput,
    element: Element,
    batch: u32,
    size: (u32, u32),
    drawings: Pointer,
    out: Pointer,
) -> Call {
    let side = input.side as u32;
    Call::of(Source::Resize, "drawing", element, [side.div_ceil(BLOCK), side, batch], BLOCK)
        .pointer(drawings)
        .pointer(out)
        .number(size.0)
        .number(size.1)
        .number(side)
        .number(u32::from(input.over_paper))
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

    #[test]
    #[allow(unsafe_code)]
    fn drawings_equal_the_cpu_body() -> Result<()> {
        let (batch, height, width, side) = (2, 9, 23, 14);
        let bytes: Vec<u8> =
            (0..batch * height * width * 4).map(|i| (i * 7919 % 257).min(255) as u8).collect();
        let drawings = Tensor::from_vec(bytes.clone(), (batch, height, width, 4), &Device::Cpu)?;
        for over_paper in [false, true] {
            for (dtype, limit) in [(DType::F32, 1e-6), (DType::F16, 1e-3), (DType::BF16, 5e-3)] {
                let input = DrawingInput { side, over_paper, dtype: DType::F32 };
                let expected = input.apply(&drawings)?.flatten_all()?.to_vec1::<f32>()?;
                let mut out = vec![0u8; expected.len() * dtype.size_in_bytes()];
                let size = (height as u32, width as u32);
                let element = Element::of(dtype).unwrap();
                let call = drawing(&input, element, batch as u32, size, read(&bytes), write(&mut out));
                // SAFETY: the bytes of the drawings, and room for three planes of each.
                unsafe { emulate::run(&call) };
                assert!(worst(&values(dtype, &out), &expected) < limit, "{dtype:?}");
            }
        }
        Ok(())
    }
}
