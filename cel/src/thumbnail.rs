//! Small pictures of drawings.

use crate::{Drawing, FileFormat, Rgba, Size};

/// A small opaque picture of a drawing on white paper, its longer side `side` pixels at most: each pixel is the mean of those
/// that fall on it. Never larger than the drawing, never empty; written as PNG of 8 bits.
#[must_use]
pub fn thumbnail(drawing: &Drawing, side: u32) -> Drawing {
    let size = thumbnail_size(drawing.size, side);
    let span = |i: u32, from: u32, to: u32| {
        let at = |i: u32| (u64::from(i) * u64::from(from) / u64::from(to)) as u32;
        at(i)..at(i + 1).max(at(i) + 1)
    };
    let mut pixels = Vec::with_capacity(size.pixels());
    for y in 0..size.height {
        let rows = span(y, drawing.size.height, size.height);
        for x in 0..size.width {
            let columns = span(x, drawing.size.width, size.width);
            let block = rows
                .clone()
                .flat_map(|y| drawing.row(y)[columns.start as usize..columns.end as usize].iter().copied());
            pixels.push(mean(block));
        }
    }
    Drawing { size, pixels, has_alpha: false, format: FileFormat::Png { sixteen_bit: false } }
}

/// The size of the [`thumbnail`] of a drawing of this size.
#[must_use]
pub fn thumbnail_size(size: Size, side: u32) -> Size {
    let longer = size.width.max(size.height).max(side);
    let scaled = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longer)).max(1) as u32;
    Size { width: scaled(size.width), height: scaled(size.height) }
}

fn mean(block: impl Iterator<Item = Rgba>) -> Rgba {
    let (mut sum, mut count) = ([0u32; 3], 0u32);
    for pixel in block {
        let colour = pixel.over_white();
        sum = std::array::from_fn(|i| sum[i] + u32::from(colour[i]));
        count += 1;
    }
    let [red, green, blue] = sum.map(|sum| (sum / count.max(1)) as u8);
    Rgba::opaque(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(width: u32, height: u32, colour: Rgba) -> Drawing {
        let size = Size { width, height };
        let format = FileFormat::Png { sixteen_bit: false };
        Drawing { size, pixels: vec![colour; size.pixels()], has_alpha: true, format }
    }

    #[test]
    fn a_thumbnail_fits_and_is_never_empty() {
        for (width, height, expected) in
            [(1920, 1080, (320, 180)), (3, 2, (3, 2)), (1, 5000, (1, 320)), (5000, 1, (320, 1))]
        {
            let small = thumbnail(&drawing(width, height, Rgba::BLACK), 320);
            assert_eq!((small.size.width, small.size.height), expected);
            assert!(small.pixels.iter().all(|&pixel| pixel == Rgba::BLACK));
        }
    }

    #[test]
    fn nothing_is_paper() {
        assert_eq!(thumbnail(&drawing(4, 4, Rgba::EMPTY), 320).pixels[0], Rgba::WHITE);
    }
}
