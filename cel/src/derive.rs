//! The line drawing of a painted one, where the line drawing itself is not to be had.

mod soft;

use crate::{Drawing, FileFormat, Rgba};

/// Highest channel of a colour that may be a line.
const DARK: u8 = 48;
/// Widest near-black stroke that is a line and not paint, at least, in pixels; in large drawings one part in
/// [`STROKES`] of the longer side.
const STROKE: u32 = 6;
const STROKES: u32 = 240;
/// The border of two colours without a line between, as a trace line.
const TRACE: Rgba = Rgba::opaque(0, 0, 255);

/// Derives the line drawing of a painted one: black and thin near-black strokes are its lines; where two colours meet
/// without a line between, the border is a trace line. Everything else is empty. In a drawing with soft edges, lines are also
/// what is darker than both sides, and mixed pixels count to the paint that they are most alike.
#[must_use]
pub fn derive_line(painted: &Drawing) -> Drawing {
    let mut ink = ink(painted);
    let hard = soft::harden(painted);
    if let Some(hard) = &hard {
        ink.iter_mut().zip(&hard.ink).for_each(|(ink, valley)| *ink |= valley);
    }
    let pixels = hard.as_ref().map_or(&painted.pixels, |hard| &hard.colours);
    let width = painted.size.width as usize;
    let colour = |i: usize| if pixels[i].alpha() == 0 { Rgba::EMPTY } else { pixels[i] };
    let differs = |i: usize, other: usize| !ink[other] && colour(i) != colour(other);
    let pixel = |i: usize| {
        if ink[i] {
            return Rgba::BLACK;
        }
        let right = !(i + 1).is_multiple_of(width) && differs(i, i + 1);
        let below = i + width < ink.len() && differs(i, i + width);
        if right || below { TRACE } else { Rgba::EMPTY }
    };
    Drawing {
        size: painted.size,
        pixels: (0..ink.len()).map(pixel).collect(),
        has_alpha: true,
        format: FileFormat::Png { sixteen_bit: false },
    }
}

/// Which pixels are lines.
fn ink(painted: &Drawing) -> Vec<bool> {
    let (width, height) = (painted.size.width as usize, painted.size.height as usize);
    let widest = STROKE.max(painted.size.width.max(painted.size.height) / STROKES) as usize;
    let dark: Vec<bool> = painted.pixels.iter().map(|&pixel| is_dark(pixel)).collect();
    let mut ink: Vec<bool> = painted.pixels.iter().map(|&pixel| pixel == Rgba::BLACK).collect();
    for y in 0..height {
        mark_strokes(&dark, &mut ink, &(y * width..(y + 1) * width).collect::<Vec<_>>(), widest);
    }
    for x in 0..width {
        mark_strokes(&dark, &mut ink, &(x..width * height).step_by(width).collect::<Vec<_>>(), widest);
    }
    ink
}

fn is_dark(pixel: Rgba) -> bool {
    pixel.alpha() > 0 && pixel.rgb().iter().all(|&channel| channel <= DARK)
}

/// Marks the dark runs along a row or column that are no longer than a stroke is wide.
fn mark_strokes(dark: &[bool], ink: &mut [bool], along: &[usize], widest: usize) {
    for run in along.chunk_by(|&a, &b| dark[a] == dark[b]) {
        if dark[run[0]] && run.len() <= widest {
            run.iter().for_each(|&i| ink[i] = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AlphaRule, Size, segment, segment_colours};

    const SKIN: Rgba = Rgba::opaque(250, 220, 200);
    const SHADE: Rgba = Rgba::opaque(220, 180, 160);
    const HAIR: Rgba = Rgba::opaque(30, 28, 36);

    fn painted(width: u32, pixels: Vec<Rgba>) -> Drawing {
        let size = Size { width, height: pixels.len() as u32 / width };
        Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
    }

    /// A box with a black outline, left of it skin and shade that meet without a line, below them hair.
    fn figure() -> Drawing {
        let at = |x: u32, y: u32| match (x, y) {
            (0 | 39, _) | (_, 0 | 39) => Rgba::EMPTY,
            (1 | 38, _) | (_, 1 | 38) | (_, 18) => Rgba::BLACK,
            (_, 19..) => HAIR,
            (..20, _) => SKIN,
            _ => SHADE,
        };
        let pixels = (0..40).flat_map(|y| (0..40).map(move |x| at(x, y))).collect();
        painted(40, pixels)
    }

    #[test]
    fn colours_that_meet_are_apart_and_dark_paint_is_no_line() {
        let line = derive_line(&figure());
        let labels = segment(&line, AlphaRule::Composite);
        let mut colours = segment_colours(&labels, &figure()).unwrap();
        colours.sort_unstable();
        assert_eq!(colours, [Rgba::EMPTY, HAIR, SHADE, SKIN]);
        assert_eq!(line.pixels[5 * 40 + 1], Rgba::BLACK);
        assert_eq!(line.pixels[5 * 40 + 19], TRACE);
    }

    #[test]
    fn a_near_black_stroke_is_a_line() {
        let soft = Rgba::opaque(20, 10, 12);
        let pixels = (0..20 * 20).map(|i| if i % 20 == 7 { soft } else { SKIN }).collect();
        let line = derive_line(&painted(20, pixels));
        assert!((0..20).all(|y| line.pixels[y * 20 + 7] == Rgba::BLACK));
        assert_eq!(segment(&line, AlphaRule::Composite).count, 2);
    }

    proptest! {
        #[test]
        fn every_segment_has_one_colour_besides_its_borders(
            width in 1u32..9,
            cells in prop::collection::vec(prop::sample::select(vec![SKIN, SHADE, HAIR, Rgba::BLACK, Rgba::EMPTY]), 1..60),
        ) {
            // Blocks of nine pixels each: a drawing with hard edges.
            let rows = cells.len() as u32 / width;
            prop_assume!(rows > 0);
            let cell = |x: u32, y: u32| cells[(y / 3 * width + x / 3) as usize];
            let pixels = (0..rows * 3).flat_map(|y| (0..width * 3).map(move |x| (x, y)));
            let drawing = painted(width * 3, pixels.map(|(x, y)| cell(x, y)).collect());
            let line = derive_line(&drawing);
            let labels = segment(&line, AlphaRule::Composite);
            let mut colours = vec![None; labels.count as usize + 1];
            for ((&label, &drawn), &pixel) in labels.labels.iter().zip(&line.pixels).zip(&drawing.pixels) {
                if drawn == Rgba::EMPTY {
                    let first = *colours[label as usize].get_or_insert(pixel);
                    prop_assert_eq!(first, pixel);
                }
                prop_assert!(pixel != Rgba::BLACK || drawn == Rgba::BLACK);
            }
        }
    }
}
