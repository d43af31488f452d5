//! Small pictures of a drawing: its line, its painting, and the segments to look at.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cel::{AlphaRule, Drawing, FileFormat, Labels, Rgba, Size};

/// The longer side of a thumbnail, in pixels.
const SIDE: u32 = 320;

/// Marks the segments to look at: a colour that no character wears much.
const MARK: Rgba = Rgba::opaque(255, 0, 200);

/// The three pictures of a drawing, as `data:` addresses of PNG files.
pub(super) struct Thumbnails {
    pub line: String,
    pub painted: String,
    /// The painting faded, with the segments to look at marked; `None` if there are none.
    pub review: Option<String>,
    pub size: Size,
}

impl Thumbnails {
    /// Pictures of a drawing; `None` if one of its files does not open.
    pub fn make(line: &Path, painted: &Path, alpha: AlphaRule, marked: &[u32]) -> Option<Self> {
        let line = cel::codec::read(line).ok()?;
        let painted = cel::codec::read(painted).ok()?;
        let labels = cel::segment(&line, alpha);
        let fits = painted.size == line.size;
        let review = (fits && !marked.is_empty()).then(|| mark(&painted, &labels, marked));
        let picture = |drawing: &Drawing| Some(data_address(&cel::codec::encode(&shrink(drawing)).ok()?));
        Some(Self {
            line: picture(&line)?,
            painted: picture(&painted)?,
            review: review.as_ref().and_then(picture),
            size: small(line.size),
        })
    }
}

/// Fades everything but the marked segments.
fn mark(painted: &Drawing, labels: &Labels, marked: &[u32]) -> Drawing {
    let mut is_marked = vec![false; labels.count as usize + 1];
    for &label in marked {
        if let Some(entry) = is_marked.get_mut(label as usize) {
            *entry = true;
        }
    }
    let pixel = |(&pixel, &label): (&Rgba, &u32)| if is_marked[label as usize] { MARK } else { faded(pixel) };
    Drawing { pixels: painted.pixels.iter().zip(&labels.labels).map(pixel).collect(), ..painted.clone() }
}

/// A quarter of the colour on white.
fn faded(pixel: Rgba) -> Rgba {
    let [red, green, blue] = over_white(pixel).map(|channel| ((channel + 3 * 255) / 4) as u8);
    Rgba::opaque(red, green, blue)
}

fn over_white(pixel: Rgba) -> [u32; 3] {
    let alpha = u32::from(pixel.alpha());
    pixel.rgb().map(|channel| (u32::from(channel) * alpha + 255 * (255 - alpha)) / 255)
}

/// The size of a thumbnail: never larger than the drawing, never empty.
fn small(size: Size) -> Size {
    let longer = size.width.max(size.height).max(SIDE);
    let scaled = |side: u32| (u64::from(side) * u64::from(SIDE) / u64::from(longer)).max(1) as u32;
    Size { width: scaled(size.width), height: scaled(size.height) }
}

/// The mean over the pixels that fall on each pixel of the thumbnail, on white paper.
fn shrink(drawing: &Drawing) -> Drawing {
    let size = small(drawing.size);
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

fn mean(block: impl Iterator<Item = Rgba>) -> Rgba {
    let (mut sum, mut count) = ([0u32; 3], 0u32);
    for pixel in block {
        let colour = over_white(pixel);
        sum = std::array::from_fn(|i| sum[i] + colour[i]);
        count += 1;
    }
    let [red, green, blue] = sum.map(|sum| (sum / count.max(1)) as u8);
    Rgba::opaque(red, green, blue)
}

fn data_address(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
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
            let small = shrink(&drawing(width, height, Rgba::BLACK));
            assert_eq!((small.size.width, small.size.height), expected);
            assert!(small.pixels.iter().all(|&pixel| pixel == Rgba::BLACK));
        }
    }

    #[test]
    fn nothing_is_paper() {
        assert_eq!(shrink(&drawing(4, 4, Rgba::EMPTY)).pixels[0], Rgba::WHITE);
    }

    #[test]
    fn marked_segments_stand_out_and_the_rest_fades() {
        let painted = drawing(2, 1, Rgba::BLACK);
        let labels = Labels { size: painted.size, labels: vec![1, 2], count: 2 };
        let review = mark(&painted, &labels, &[2]);
        assert_eq!(review.pixels, [Rgba::opaque(191, 191, 191), MARK]);
    }
}
