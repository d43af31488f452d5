//! Whether a painted drawing holds its palette's colours alone.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::paint::on_paper;
use crate::paint::rules::{PaintRules, TraceRule};
use crate::segment::soft::coverage;
use crate::segment::{AlphaRule, ink};
use crate::{Drawing, Labels, Rgba};

/// Colours that paint may have.
pub type Palette = BTreeSet<Rgba>;

/// Pixels of a painted drawing that are neither paint of the palette, nor line as drawn, nor empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{pixels} pixels are of no colour of its palette, such as {:?} at x {x}, y {y}", colour.0)]
pub struct OffPalette {
    /// How many there are.
    pub pixels: usize,
    /// Column of the first one.
    pub x: u32,
    /// Row of the first one.
    pub y: u32,
    /// Its colour.
    pub colour: Rgba,
}

/// Looks for pixels that are off the palette. Lines may be as they were drawn, traces as the rules have them, and what a soft line
/// covers is mixed. Without alpha, empty is white paper.
///
/// The labels are those of the line drawing; all three have one size.
#[must_use]
pub fn off_palette(
    painted: &Drawing,
    (line, labels): (&Drawing, &Labels),
    palette: &Palette,
    alpha: AlphaRule,
    rules: &PaintRules,
) -> Option<OffPalette> {
    let ink = ink(line, alpha);
    let is_soft = matches!(ink, Cow::Owned(_));
    let empty = on_paper(painted.has_alpha, Rgba::EMPTY, rules.white);
    let mut allowed: Palette =
        palette.iter().map(|&colour| on_paper(painted.has_alpha, colour, rules.white)).collect();
    allowed.insert(empty);
    let stays = |i: usize| {
        let drawn = line.pixels[i];
        let kept = || match rules.traces.of(ink.pixels[i].rgb()) {
            TraceRule::Absorb(_) => None,
            TraceRule::Recolour(colour) => Some(colour.opaque()),
            TraceRule::Keep => Some(drawn),
        };
        let is_ink = labels.labels[i] == 0 && painted.pixels[i] == drawn;
        let is_trace = drawn.rgb() != [0; 3] && kept() == Some(painted.pixels[i]);
        is_ink || is_trace || (is_soft && coverage(drawn) > 0)
    };
    let (mut last, mut off) = (empty, None);
    for (i, &pixel) in painted.pixels.iter().enumerate() {
        if pixel == last || stays(i) {
            continue;
        }
        if allowed.contains(&pixel) {
            last = pixel;
            continue;
        }
        let (x, y) = (i as u32 % painted.size.width, i as u32 / painted.size.width);
        off.get_or_insert(OffPalette { pixels: 0, x, y, colour: pixel }).pixels += 1;
    }
    off
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, Size};

    const RED: Rgba = Rgba::opaque(200, 0, 0);
    const GREY: Rgba = Rgba::opaque(90, 90, 90);

    fn drawing(pixels: &[Rgba], has_alpha: bool) -> Drawing {
        let size = Size { width: 2, height: pixels.len() as u32 / 2 };
        Drawing { size, pixels: pixels.to_vec(), has_alpha, format: FileFormat::Png { sixteen_bit: false } }
    }

    fn check(painted: &[Rgba], has_alpha: bool) -> Option<OffPalette> {
        let line = drawing(&[GREY, Rgba::EMPTY, Rgba::EMPTY, GREY], has_alpha);
        let labels = Labels { size: line.size, labels: vec![0, 1, 1, 1], count: 1 };
        let (painted, rules) = (drawing(painted, has_alpha), PaintRules::default());
        off_palette(&painted, (&line, &labels), &Palette::from([RED]), AlphaRule::Composite, &rules)
    }

    #[test]
    fn paint_line_and_nothing_are_in_it() {
        assert_eq!(check(&[GREY, RED, RED, RED], true), None);
        assert_eq!(check(&[GREY, Rgba::EMPTY, Rgba::EMPTY, RED], true), None);
        assert_eq!(check(&[GREY, Rgba::WHITE, RED, RED], false), None);
    }

    #[test]
    fn everything_else_is_off() {
        let off = check(&[GREY, RED, GREY, GREY], true).unwrap();
        assert_eq!((off.pixels, off.x, off.y, off.colour), (2, 0, 1, GREY), "a trace that was not painted");
        assert!(off.to_string().contains("2 pixels") && off.to_string().contains("x 0, y 1"));
        assert_eq!(check(&[RED, RED, RED, RED], true), None, "paint may go over lines");
        assert_eq!(check(&[GREY, Rgba::WHITE, RED, RED], true).unwrap().pixels, 1);
    }
}
