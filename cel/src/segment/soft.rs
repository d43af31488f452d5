//! Anti-aliased drawings: recognised, and made binary for segmentation.

use std::borrow::Cow;

use super::{AlphaRule, is_line, uses_alpha};
use crate::{Drawing, FileFormat, Rgba};

/// A binary drawing has black and a few trace colours; one with more colours of line than this is anti-aliased.
const BINARY_COLOURS: usize = 24;
/// A pixel that the line covers by less than this share, of 255, is no line: thin soft lines stay closed, their halo is paper.
const COVERED: u8 = 72;

/// The line drawing as it is segmented: as it is, or for an anti-aliased one with its lines made binary: black or a pure
/// trace colour, and nothing elsewhere.
#[must_use]
pub fn ink(drawing: &Drawing, alpha: AlphaRule) -> Cow<'_, Drawing> {
    if alpha == AlphaRule::Reference || !is_soft(drawing, uses_alpha(drawing, alpha)) {
        return Cow::Borrowed(drawing);
    }
    let pixels = drawing.pixels.iter().map(|&pixel| binary(pixel)).collect();
    let format = FileFormat::Png { sixteen_bit: false };
    Cow::Owned(Drawing { size: drawing.size, pixels, has_alpha: true, format })
}

/// Whether the lines are anti-aliased: they have more colours than any binary drawing.
fn is_soft(drawing: &Drawing, use_alpha: bool) -> bool {
    let mut colours: Vec<Rgba> = Vec::with_capacity(BINARY_COLOURS);
    let mut last = None;
    for &pixel in &drawing.pixels {
        if last == Some(pixel) || !is_line(pixel, use_alpha) {
            continue;
        }
        last = Some(pixel);
        if !colours.contains(&pixel) {
            if colours.len() == BINARY_COLOURS {
                return true;
            }
            colours.push(pixel);
        }
    }
    false
}

/// How much of a pixel its line covers, 0 to 255.
pub(crate) fn coverage(pixel: Rgba) -> u8 {
    255 - pixel.over_white().into_iter().min().unwrap_or(255)
}

/// The pure colour of the trace that a soft pixel belongs to; `None` if it belongs to a black line.
pub(crate) fn hue(pixel: Rgba) -> Option<[u8; 3]> {
    // Over white a trace's lighter channels stay light, however little it covers.
    let seen = pixel.over_white();
    let [low, high] = ends(seen).map(u32::from);
    let is_coloured = (high - low) * 2 >= u32::from(coverage(pixel));
    is_coloured.then(|| seen.map(|channel| if u32::from(channel) * 2 > low + high { 255 } else { 0 }))
}

fn binary(pixel: Rgba) -> Rgba {
    match hue(pixel) {
        _ if coverage(pixel) < COVERED => Rgba::EMPTY,
        Some([red, green, blue]) => Rgba::opaque(red, green, blue),
        None => Rgba::BLACK,
    }
}

fn ends(channels: [u8; 3]) -> [u8; 2] {
    let (low, high) = (channels.into_iter().min(), channels.into_iter().max());
    [low.unwrap_or(0), high.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Size, segment};

    const SIDE: u32 = 64;

    /// A circle and the line through it, drawn with soft edges over white or over nothing.
    fn soft(has_alpha: bool) -> Drawing {
        let share = |x: u32, y: u32| {
            let (x, y) = (f64::from(x) + 0.5 - 32.0, f64::from(y) + 0.5 - 32.0);
            let from_circle = (x.hypot(y) - 24.3).abs();
            let from_line = if x.hypot(y) < 24.3 { (x * 0.37 + y).abs() / 1.066 } else { 9.0 };
            ((1.2 - from_circle).clamp(0.0, 1.0), (1.0 - from_line).clamp(0.0, 1.0))
        };
        let pixel = |x, y| {
            let (black, red) = share(x, y);
            let (black, rest) = ((black * 255.0) as u8, ((1.0 - red) * 255.0) as u8);
            match (has_alpha, black > 0) {
                (true, true) => Rgba([0, 0, 0, black]),
                (true, false) if rest == 255 => Rgba::EMPTY,
                (true, false) => Rgba([255, 0, 0, 255 - rest]),
                (false, true) => Rgba::opaque(255 - black, 255 - black, 255 - black),
                (false, false) => Rgba::opaque(255, rest, rest),
            }
        };
        let pixels =
            (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        Drawing { size: Size { width: SIDE, height: SIDE }, pixels, has_alpha, format }
    }

    #[test]
    fn soft_lines_are_made_binary_and_stay_closed() {
        for has_alpha in [true, false] {
            let drawing = soft(has_alpha);
            let ink = ink(&drawing, AlphaRule::Composite);
            assert!(matches!(ink, Cow::Owned(_)));
            let colours: std::collections::BTreeSet<_> = ink.pixels.iter().copied().collect();
            let expected = [Rgba::EMPTY, Rgba::BLACK, Rgba::opaque(255, 0, 0)];
            assert_eq!(colours, expected.into_iter().collect());
            let labels = segment(&drawing, AlphaRule::Composite);
            assert_eq!(labels.count, 3, "outside and two halves");
        }
    }

    #[test]
    fn a_binary_drawing_and_the_reference_rule_change_nothing() {
        let mut drawing = soft(true);
        assert!(matches!(ink(&drawing, AlphaRule::Reference), Cow::Borrowed(_)));
        drawing.pixels.iter_mut().for_each(|pixel| *pixel = binary(*pixel));
        assert!(matches!(ink(&drawing, AlphaRule::Composite), Cow::Borrowed(_)));
    }

    #[test]
    fn thin_shades_of_a_trace_are_that_trace() {
        assert_eq!(binary(Rgba::opaque(255, 150, 150)), Rgba::opaque(255, 0, 0));
        assert_eq!(binary(Rgba([0, 0, 255, 120])), Rgba::opaque(0, 0, 255));
        assert_eq!(binary(Rgba([0, 0, 0, 120])), Rgba::BLACK);
        assert_eq!(binary(Rgba::opaque(240, 240, 240)), Rgba::EMPTY);
    }
}
