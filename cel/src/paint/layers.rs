//! Line and paint apart, for compositing.

use std::borrow::Cow;

use super::palette::Palette;
use super::rules::{PaintRules, TraceRule};
use super::soft::under;
use super::traces::Traces;
use crate::segment::soft::{coverage, hue};
use crate::segment::{AlphaRule, ink, is_line, uses_alpha};
use crate::{Drawing, Labels, Rgba};

/// The two layers of a painted drawing, which give it again when the line is laid over the paint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// Black lines, and the traces that are not absorbed, over nothing; it always has alpha.
    pub line: Drawing,
    /// Flat paint without any line: under a line lies the paint beside it.
    pub paint: Drawing,
}

/// Paints as [`paint`](super::paint) does, into two layers.
#[must_use]
pub fn layers(
    line: &Drawing,
    labels: &Labels,
    colours: &[Option<Rgba>],
    alpha: AlphaRule,
    rules: &PaintRules,
) -> Layers {
    let palette = Palette::new(line, labels, colours, rules.white);
    let ink = ink(line, alpha);
    let traces = Traces::new(&ink, labels, alpha);
    let takes = traces.absorb(&palette, &rules.traces).into_owned();
    let is_soft = matches!(ink, Cow::Owned(_));
    let use_alpha = uses_alpha(line, alpha);
    let drawn = |&pixel: &Rgba| match is_line(pixel, use_alpha) {
        true => stroke(pixel, use_alpha, is_soft, rules),
        false => Rgba::EMPTY,
    };
    let paint = under(line.size, takes).into_iter().map(|label| palette.get(label).unwrap_or(palette.empty));
    Layers {
        line: Drawing { pixels: line.pixels.iter().map(drawn).collect(), has_alpha: true, ..*line },
        paint: Drawing { pixels: paint.collect(), ..*line },
    }
}

/// A pixel of line over nothing.
fn stroke(pixel: Rgba, use_alpha: bool, is_soft: bool, rules: &PaintRules) -> Rgba {
    let alpha = match (use_alpha, is_soft) {
        (true, _) => pixel.alpha(),
        (false, true) => coverage(pixel),
        (false, false) => 255,
    };
    let trace = if is_soft { hue(pixel) } else { Some(pixel.rgb()).filter(|&rgb| rgb != [0; 3]) };
    let [red, green, blue] = match (trace, is_soft && !use_alpha) {
        (None, true) => [0; 3],
        (None, false) => pixel.rgb(),
        (Some(hue), unmixed) => match rules.traces.of(hue) {
            TraceRule::Absorb(_) => return Rgba::EMPTY,
            TraceRule::Recolour(colour) => colour.0,
            TraceRule::Keep if unmixed => hue,
            TraceRule::Keep => pixel.rgb(),
        },
    };
    Rgba([red, green, blue, alpha])
}
