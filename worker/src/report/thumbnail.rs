//! Small pictures of a drawing: its line, its painting, and the segments to look at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cel::{Drawing, Labels, Rgba, Size};

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
    /// Pictures of a drawing; `None` if one cannot be encoded.
    pub fn make(line: &Drawing, painted: &Drawing, labels: &Labels, marked: &[u32]) -> Option<Self> {
        let review = (!marked.is_empty()).then(|| mark(painted, labels, marked));
        let picture =
            |drawing: &Drawing| Some(data_address(&cel::codec::encode(&cel::thumbnail(drawing, SIDE)).ok()?));
        Some(Self {
            line: picture(line)?,
            painted: picture(painted)?,
            review: review.as_ref().and_then(picture),
            size: cel::thumbnail_size(line.size, SIDE),
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
    let [red, green, blue] = pixel.over_white().map(|channel| ((u32::from(channel) + 3 * 255) / 4) as u8);
    Rgba::opaque(red, green, blue)
}

fn data_address(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

#[cfg(test)]
mod tests {
    use cel::FileFormat;

    use super::*;

    fn drawing(width: u32, height: u32, colour: Rgba) -> Drawing {
        let size = Size { width, height };
        let format = FileFormat::Png { sixteen_bit: false };
        Drawing { size, pixels: vec![colour; size.pixels()], has_alpha: true, format }
    }

    #[test]
    fn marked_segments_stand_out_and_the_rest_fades() {
        let painted = drawing(2, 1, Rgba::BLACK);
        let labels = Labels { size: painted.size, labels: vec![1, 2], count: 2 };
        let review = mark(&painted, &labels, &[2]);
        assert_eq!(review.pixels, [Rgba::opaque(191, 191, 191), MARK]);
    }
}
