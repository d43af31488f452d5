//! From drawing to the input of a network.

use candle_core::{Device, Result, Tensor};
use cel::{AlphaRule, Drawing};
use shiage_kernels::{Corners, Resize};

/// Red, green and blue of a drawing as `[1, 3, height, width]` f32 in `0..=1`: over white paper, or the stored bytes
/// whatever the alpha, as the reference implementation takes them.
///
/// # Errors
/// When the device has no room for it.
pub fn to_tensor(drawing: &Drawing, alpha: AlphaRule, device: &Device) -> Result<Tensor> {
    let count = drawing.pixels.len();
    let mut planes = vec![0.0f32; 3 * count];
    for (channel, plane) in planes.chunks_exact_mut(count.max(1)).enumerate() {
        for (out, pixel) in plane.iter_mut().zip(&drawing.pixels) {
            let value = f32::from(pixel.0[channel]) / 255.0;
            *out = match alpha {
                AlphaRule::Composite if pixel.alpha() < 255 => {
                    let opacity = f32::from(pixel.alpha()) / 255.0;
                    value * opacity + (1.0 - opacity)
                }
                _ => value,
            };
        }
    }
    let (width, height) = (drawing.size.width as usize, drawing.size.height as usize);
    Tensor::from_vec(planes, (1, 3, height, width), device)
}

/// Resizes `[batch, 3, height, width]` to a square: bilinear with half-pixel centres, no antialiasing, the aspect
/// ratio not kept, as the published model was trained.
///
/// # Errors
/// When the device fails.
pub fn to_square(image: &Tensor, side: usize) -> Result<Tensor> {
    Resize { height: side, width: side, corners: Corners::HalfPixel }.apply(image)
}

#[cfg(test)]
mod tests {
    use cel::{FileFormat, Rgba, Size};

    use super::*;

    #[test]
    fn transparency_is_paper_unless_asked_for_raw() -> Result<()> {
        let drawing = Drawing {
            size: Size { width: 3, height: 1 },
            pixels: vec![Rgba([255, 0, 0, 255]), Rgba([0, 0, 0, 0]), Rgba([0, 255, 0, 51])],
            has_alpha: true,
            format: FileFormat::Png { sixteen_bit: false },
        };
        let red = |alpha| {
            to_tensor(&drawing, alpha, &Device::Cpu)?.flatten_all()?.narrow(0, 0, 3)?.to_vec1::<f32>()
        };
        assert_eq!(red(AlphaRule::Reference)?, [1.0, 0.0, 0.0]);
        assert_eq!(red(AlphaRule::Composite)?, [1.0, 1.0, 0.8]);
        Ok(())
    }
}
