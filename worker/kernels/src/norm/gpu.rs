//! What is launched for instance norm with ReLU.

use crate::gpu::{Call, Element, Pointer, Source};

/// Values of a part of a plane: enough for a block to be worth starting.
const PART: u32 = 16 * 1024;

/// How planes are worked on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) planes: u32,
    /// Values of a plane.
    pub(super) plane: u32,
}

impl Shape {
    fn parts(self) -> u32 {
        self.plane.div_ceil(PART)
    }

    /// Numbers (f64) that the first call leaves for the second.
    pub(super) fn sums(self) -> usize {
        self.planes as usize * self.parts() as usize * 3
    }
}

/// The two calls, for a map and room for the sums.
pub(super) fn calls(element: Element, shape: Shape, eps: f64, map: Pointer, sums: Pointer) -> [Call; 2] {
    let call = |kernel| {
        Call::of(Source::Norm, kernel, element, [shape.parts(), shape.planes, 1], 256)
            .pointer(map)
            .pointer(sums)
            .number(shape.plane)
            .number(PART)
    };
    [call("norm_sums"), call("norm_apply").double(eps)]
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Result, Tensor};

    use super::*;
    use crate::InstanceNormRelu;
    use crate::gpu::emulate::{self, bytes_of, values, worst, write};

    #[allow(unsafe_code)]
    fn emulated(map: &Tensor, planes: usize, plane: usize, eps: f64) -> Result<Vec<f32>> {
        let shape = Shape { planes: planes as u32, plane: plane as u32 };
        let mut bytes = bytes_of(map)?;
        let mut sums = vec![f64::NAN; shape.sums()];
        let element = Element::of(map.dtype()).unwrap();
        for call in calls(element, shape, eps, write(&mut bytes), write(&mut sums)) {
            // SAFETY: the map holds the planes, the sums have the room asked for.
            unsafe { emulate::run(&call) };
        }
        Ok(values(map.dtype(), &bytes))
    }

    #[test]
    fn the_kernels_equal_the_cpu_body() -> Result<()> {
        // One of several parts, and a plane that hardly varies around a large mean.
        for (planes, height, width, spread) in
            [(3, 5, 7, 3.0), (2, 200, 171, 1.0), (1, 33, 31, 1e-3), (2, 1, 1, 1.0)]
        {
            for (dtype, limit) in [(DType::F32, 2e-4), (DType::F16, 3e-3), (DType::BF16, 2e-2)] {
                let map = (Tensor::randn(0f32, 1.0, (1, planes, height, width), &Device::Cpu)? * spread)?;
                let map = (map + 5.0)?.to_dtype(dtype)?;
                let norm = InstanceNormRelu { eps: 1e-5 };
                let expected =
                    norm.apply(map.to_dtype(DType::F32)?.copy()?)?.flatten_all()?.to_vec1::<f32>()?;
                let found = emulated(&map, planes, height * width, norm.eps)?;
                let limit = limit * expected.iter().copied().fold(1.0, f32::max);
                assert!(
                    worst(&found, &expected) < limit,
                    "{dtype:?}, {width}x{height}: {}",
                    worst(&found, &expected)
                );
            }
        }
        Ok(())
    }
}
