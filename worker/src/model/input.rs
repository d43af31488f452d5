//! From drawing to the input of a network.

use candle_core::{DType, Device, Result, Tensor};
use cel::{AlphaRule, Drawing};
use shiage_kernels::DrawingInput;

/// The bytes of a drawing, `[1, height, width, 4]` u8: red, green, blue and alpha.
///
/// # Errors
/// When the device has no room for it.
pub fn to_tensor(drawing: &Drawing, device: &Device) -> Result<Tensor> {
    let mut bytes = Vec::with_capacity(4 * drawing.pixels.len());
    drawing.pixels.iter().for_each(|pixel| bytes.extend_from_slice(&pixel.0));
    let (width, height) = (drawing.size.width as usize, drawing.size.height as usize);
    Tensor::from_vec(bytes, (1, height, width, 4), device)
}

/// Red, green and blue in `0..=1`, `[batch, 3, side, side]`, of the bytes of drawings: over white paper, or the stored
/// colours whatever the alpha, as the reference implementation takes them. Bilinear with half-pixel centres, no
/// antialiasing, the aspect ratio not kept, as the published model was trained.
///
/// # Errors
/// When the device fails, or has not that type.
pub fn to_square(drawings: &Tensor, side: usize, alpha: AlphaRule, dtype: DType) -> Result<Tensor> {
    DrawingInput { side, over_paper: alpha == AlphaRule::Composite, dtype }.apply(drawings)
}

#[cfg(test)]
mod tests {
    use cel::{FileFormat, Rgba, Size};

    use super::*;

    #[test]
    fn transparency_is_paper_unless_asked_for_raw() -> Result<()> {
        let colours = [[255, 0, 0, 255], [0, 0, 0, 0], [0, 255, 0, 51]];
        let drawing = Drawing {
            size: Size { width: 3, height: 3 },
            pixels: [colours; 3].concat().into_iter().map(Rgba).collect(),
            has_alpha: true,
            format: FileFormat::Png { sixteen_bit: false },
        };
        let red = |alpha| {
            let square = to_square(&to_tensor(&drawing, &Device::Cpu)?, 3, alpha, DType::F32)?;
            square.flatten_all()?.narrow(0, 0, 3)?.to_vec1::<f32>()
        };
        assert_eq!(red(AlphaRule::Reference)?, [1.0, 0.0, 0.0]);
        assert_eq!(red(AlphaRule::Composite)?, [1.0, 1.0, 0.8]);
        Ok(())
    }
}
