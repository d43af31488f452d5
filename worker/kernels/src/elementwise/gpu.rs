//! What is launched for GELU and softmax.

use crate::gpu::{Call, Element, Pointer, Source};

/// Rows that have blocks of their own; a grid has a limit.
const MOST_ROWS: u32 = 4096;

/// GELU of `count` rows of `width` values plus a bias.
pub(super) fn add_gelu(element: Element, count: u32, width: u32, rows: Pointer, bias: Pointer) -> Call {
    let grid = [width.div_ceil(256), count.min(MOST_ROWS), 1];
    Call::of(Source::Elementwise, "add_gelu", element, grid, 256)
        .pointer(rows)
        .pointer(bias)
        .number(count)
        .number(width)
}

/// Softmax of `count` rows of `width` values times `scale`.
pub(super) fn softmax(element: Element, count: u32, width: u32, scale: f32, rows: Pointer) -> Call {
    Call::of(Source::Elementwise, "softmax", element, [count, 1, 1], 256)
        .pointer(rows)
        .number(width)
        .float(scale)
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Result, Tensor};

    use super::*;
    use crate::gpu::emulate::{self, bytes_of, read, values, worst, write};
    use crate::{AddGelu, Softmax};

    const TYPES: [(DType, f32); 3] = [(DType::F32, 2e-6), (DType::F16, 1e-2), (DType::BF16, 5e-2)];

    /// The tensor after a call on its elements.
    #[allow(unsafe_code)]
    fn emulated(tensor: &Tensor, call: impl Fn(Element, Pointer) -> Call) -> Result<Vec<f32>> {
        let mut bytes = bytes_of(tensor)?;
        // SAFETY: the call is for as many elements as the tensor has.
        unsafe { emulate::run(&call(Element::of(tensor.dtype()).unwrap(), write(&mut bytes))) };
        Ok(values(tensor.dtype(), &bytes))
    }

    #[test]
    fn gelu_equals_the_cpu_body() -> Result<()> {
        for (dtype, limit) in TYPES {
            let rows = Tensor::randn(0f32, 3.0, (5, 301), &Device::Cpu)?.to_dtype(dtype)?;
            let bias = Tensor::randn(0f32, 1.0, 301, &Device::Cpu)?.to_dtype(dtype)?;
            let (wide, wide_bias) = (rows.to_dtype(DType::F32)?.copy()?, bias.to_dtype(DType::F32)?);
            let expected = AddGelu.apply(wide, &wide_bias)?.flatten_all()?.to_vec1::<f32>()?;
            let bias = bytes_of(&bias)?;
            let found = emulated(&rows, |element, rows| add_gelu(element, 5, 301, rows, read(&bias)))?;
            assert!(worst(&found, &expected) < limit, "{dtype:?}: {}", worst(&found, &expected));
        }
        Ok(())
    }

    #[test]
    fn softmax_equals_the_cpu_body() -> Result<()> {
        for (dtype, limit) in TYPES {
            for width in [1, 7, 256, 700] {
                let rows = Tensor::randn(0f32, 5.0, (3, width), &Device::Cpu)?.to_dtype(dtype)?;
                let wide = rows.to_dtype(DType::F32)?.copy()?;
                let expected = Softmax { scale: 0.5 }.apply(wide)?.flatten_all()?.to_vec1::<f32>()?;
                let found = emulated(&rows, |element, rows| softmax(element, 3, width as u32, 0.5, rows))?;
                assert!(worst(&found, &expected) < limit, "{dtype:?}: {}", worst(&found, &expected));
            }
        }
        Ok(())
    }
}
