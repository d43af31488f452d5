//! The position embedding: a coarse one enlarged to the whole map, and a fine one repeated in every window.

use candle_core::{DType, Device, Tensor};

use super::{HieraConfig, PREFIX};
use crate::model::{ModelError, Weights};

/// Sharpness of the bicubic interpolation, as PyTorch has it.
const SHARPNESS: f64 = -0.75;

/// `[1, side, side, width]`, the sum of both.
pub(super) fn embedding(config: &HieraConfig, weights: &Weights) -> Result<Tensor, ModelError> {
    let (side, window) = (config.grid(), config.windows[0]);
    let (height, width) = config.position;
    let name = |part: &str| format!("{PREFIX}trunk.{part}");
    let coarse = weights.get(&name("pos_embed"), &[1, config.width, height, width])?;
    let fine = weights.get(&name("pos_embed_window"), &[1, config.width, window, window])?;
    let (device, dtype) = (coarse.device(), coarse.dtype());
    let rows = enlarging(height, side, device)?;
    let columns = enlarging(width, side, device)?;
    // [width, side, side] = rows · coarse · columnsᵀ for every channel.
    let coarse = coarse.squeeze(0)?.to_dtype(DType::F32)?;
    let large = rows.broadcast_matmul(&coarse)?.broadcast_matmul(&columns.t()?)?.unsqueeze(0)?;
    let tiles = side / window;
    let fine = fine.to_dtype(DType::F32)?.repeat((1, 1, tiles, tiles))?;
    Ok((large + fine)?.permute((0, 2, 3, 1))?.contiguous()?.to_dtype(dtype)?)
}

/// The matrix that enlarges `from` values to `to`: bicubic, half-pixel centres, borders repeated.
fn enlarging(from: usize, to: usize, device: &Device) -> candle_core::Result<Tensor> {
    let mut matrix = vec![0f32; to * from];
    for (row, weights) in matrix.chunks_exact_mut(from).enumerate() {
        let centre = (row as f64 + 0.5) * from as f64 / to as f64 - 0.5;
        let first = centre.floor();
        for tap in -1..3 {
            let position = first + f64::from(tap);
            let column = position.clamp(0.0, (from - 1) as f64) as usize;
            weights[column] += cubic(centre - position) as f32;
        }
    }
    Tensor::from_vec(matrix, (to, from), device)
}

/// The cubic convolution kernel (Keys, 1981).
fn cubic(distance: f64) -> f64 {
    let (x, a) = (distance.abs(), SHARPNESS);
    if x <= 1.0 {
        ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((x - 5.0) * x + 8.0) * x * a - 4.0 * a
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_constant_stays_so_and_what_is_as_large_stays() -> candle_core::Result<()> {
        let sums = enlarging(7, 32, &Device::Cpu)?.sum(1)?.to_vec1::<f32>()?;
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-6), "{sums:?}");
        let same = enlarging(5, 5, &Device::Cpu)?.to_vec2::<f32>()?;
        for (index, row) in same.iter().enumerate() {
            assert!(row.iter().enumerate().all(|(at, value)| (*value == 1.0) == (at == index)), "{row:?}");
        }
        Ok(())
    }
}
