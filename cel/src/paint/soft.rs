//! Paint under anti-aliased lines.

use super::palette::Palette;
use super::rules::{TraceRule, TraceRules};
use super::sides::grown;
use crate::segment::soft::{coverage, hue};
use crate::{Drawing, Labels, Rgba, Size};

/// Paints under the lines as they were drawn: `takes` says whose paint each pixel has, 0 under ink.
pub(super) fn compose(
    line: &Drawing,
    takes: Vec<u32>,
    palette: &Palette<'_>,
    traces: &TraceRules,
) -> Drawing {
    let under = under(line.size, takes);
    let pixel = |(&pixel, &label): (&Rgba, &u32)| {
        let paint = palette.get(label).unwrap_or(palette.empty);
        if coverage(pixel) == 0 {
            return paint;
        }
        match hue(pixel).map(|hue| traces.of(hue)) {
            Some(TraceRule::Absorb(_)) => paint,
            Some(TraceRule::Recolour(colour)) => {
                let [red, green, blue] = colour.0;
                lay(Rgba([red, green, blue, coverage(pixel)]), paint)
            }
            Some(TraceRule::Keep) | None => draw(pixel, paint, line.has_alpha),
        }
    };
    Drawing { pixels: line.pixels.iter().zip(&under).map(pixel).collect(), ..*line }
}

/// The label whose paint lies under every pixel, black lines included.
pub(super) fn under(size: Size, takes: Vec<u32>) -> Vec<u32> {
    let count = takes.iter().copied().max().unwrap_or(0);
    grown(Labels { size, labels: takes, count })
}

/// A pixel of line over paint: by its alpha, or on paper by multiplying.
fn draw(line: Rgba, paint: Rgba, has_alpha: bool) -> Rgba {
    if has_alpha {
        return lay(line, paint);
    }
    let channel = |at: usize| u32::from(line.0[at]) * u32::from(paint.0[at]);
    let [red, green, blue] = [0, 1, 2].map(|at| ((channel(at) + 127) / 255) as u8);
    Rgba::opaque(red, green, blue)
}

/// One colour over another, neither premultiplied. Over nothing it stays exactly as it is.
fn lay(upper: Rgba, lower: Rgba) -> Rgba {
    let (above, below) = (u32::from(upper.alpha()), u32::from(lower.alpha()));
    let below = below * (255 - above);
    let alpha = above * 255 + below;
    if below == 0 {
        return upper;
    }
    let channel = |at: usize| {
        let sum = u32::from(upper.0[at]) * above * 255 + u32::from(lower.0[at]) * below;
        ((sum + alpha / 2) / alpha) as u8
    };
    Rgba([channel(0), channel(1), channel(2), ((alpha + 127) / 255) as u8])
}
