//! From colours to a painted drawing.

use std::collections::BTreeMap;

use crate::repeats::runs;
use crate::{Drawing, Labels, Rgba};

/// What happens to the pixels that belong to no segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InkRule {
    /// They stay as they are.
    #[default]
    AsDrawn,
    /// Opaque black stays; anything else becomes empty.
    OpaqueBlackOnly,
}

/// Paints a line drawing: every segment gets its colour, entry `i` of `colours` belonging to label `i + 1`.
///
/// A segment without a colour becomes empty. The result has the size and the file format of the line drawing;
/// where that has no alpha, the result is opaque, and what would be empty or has alpha 0 is white paper.
/// The labels are those of this very drawing.
#[must_use]
pub fn paint(line: &Drawing, labels: &Labels, colours: &[Option<Rgba>], ink: InkRule) -> Drawing {
    debug_assert_eq!(line.size, labels.size);
    let by_label: Vec<_> = (0..labels.count as usize)
        .map(|segment| on_paper(line, colours.get(segment).copied().flatten().unwrap_or(Rgba::EMPTY)))
        .collect();
    let empty = on_paper(line, Rgba::EMPTY);
    let mut pixels = Vec::with_capacity(line.pixels.len());
    let mut rest = line.pixels.as_slice();
    for run in runs(&labels.labels) {
        let (drawn, after) = rest.split_at(run.len().min(rest.len()));
        rest = after;
        match by_label.get((run[0] as usize).wrapping_sub(1)) {
            Some(&colour) => pixels.resize(pixels.len() + drawn.len(), colour),
            None if ink == InkRule::AsDrawn => pixels.extend_from_slice(drawn),
            None => pixels.extend(drawn.iter().map(|&p| if p == Rgba::BLACK { p } else { empty })),
        }
    }
    pixels.extend_from_slice(rest);
    Drawing { pixels, ..*line }
}

/// Gives segments of a painted drawing other colours, by label; everything else stays as it is.
///
/// The labels are those of its line drawing.
#[must_use]
pub fn repaint(painted: &Drawing, labels: &Labels, colours: &BTreeMap<u32, Rgba>) -> Drawing {
    debug_assert_eq!(painted.size, labels.size);
    let pixel = |(&pixel, label): (&Rgba, &u32)| {
        colours.get(label).map_or(pixel, |&colour| on_paper(painted, colour))
    };
    Drawing { pixels: painted.pixels.iter().zip(&labels.labels).map(pixel).collect(), ..*painted }
}

/// A colour as a drawing can hold it: without alpha, what is empty is white paper.
pub(crate) const fn on_paper(drawing: &Drawing, colour: Rgba) -> Rgba {
    match colour.rgb() {
        _ if drawing.has_alpha => colour,
        _ if colour.alpha() == 0 => Rgba::WHITE,
        [red, green, blue] => Rgba::opaque(red, green, blue),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, Size};

    const RED: Rgba = Rgba::opaque(200, 0, 0);
    const SOFT: Rgba = Rgba([0, 0, 0, 90]);

    /// Opaque ink, soft ink and three segments, painted red, with alpha 0 and not at all.
    fn painted(has_alpha: bool, ink: InkRule) -> Vec<Rgba> {
        let size = Size { width: 5, height: 1 };
        let soft = if has_alpha { SOFT } else { Rgba::opaque(9, 9, 9) };
        let line = Drawing {
            size,
            pixels: vec![Rgba::BLACK, soft, Rgba::WHITE, Rgba::WHITE, Rgba::WHITE],
            has_alpha,
            format: FileFormat::Tga { rle: true },
        };
        let labels = Labels { size, labels: vec![0, 0, 1, 2, 3], count: 3 };
        let result = paint(&line, &labels, &[Some(RED), Some(Rgba([1, 2, 3, 0]))], ink);
        assert_eq!((result.size, result.format, result.has_alpha), (size, line.format, has_alpha));
        result.pixels
    }

    #[test]
    fn ink_stays_as_drawn() {
        let expected = [Rgba::BLACK, SOFT, RED, Rgba([1, 2, 3, 0]), Rgba::EMPTY];
        assert_eq!(painted(true, InkRule::AsDrawn), expected);
    }

    #[test]
    fn soft_ink_becomes_empty_by_the_reference_rule() {
        let expected = [Rgba::BLACK, Rgba::EMPTY, RED, Rgba([1, 2, 3, 0]), Rgba::EMPTY];
        assert_eq!(painted(true, InkRule::OpaqueBlackOnly), expected);
    }

    #[test]
    fn without_alpha_what_is_empty_is_paper() {
        let grey = Rgba::opaque(9, 9, 9);
        assert_eq!(painted(false, InkRule::AsDrawn), [Rgba::BLACK, grey, RED, Rgba::WHITE, Rgba::WHITE]);
        let strict = [Rgba::BLACK, Rgba::WHITE, RED, Rgba::WHITE, Rgba::WHITE];
        assert_eq!(painted(false, InkRule::OpaqueBlackOnly), strict);
    }

    #[test]
    fn only_the_segments_named_are_repainted() {
        let size = Size { width: 4, height: 1 };
        let labels = Labels { size, labels: vec![0, 1, 2, 2], count: 2 };
        let pixels = vec![Rgba::BLACK, RED, RED, RED];
        let format = FileFormat::Png { sixteen_bit: false };
        let painted = |has_alpha| Drawing { size, pixels: pixels.clone(), has_alpha, format };
        let colours = BTreeMap::from([(2, Rgba([1, 2, 3, 0]))]);
        let new = repaint(&painted(true), &labels, &colours).pixels;
        assert_eq!(new, [Rgba::BLACK, RED, Rgba([1, 2, 3, 0]), Rgba([1, 2, 3, 0])]);
        assert_eq!(repaint(&painted(false), &labels, &colours).pixels[2], Rgba::WHITE);
    }
}
