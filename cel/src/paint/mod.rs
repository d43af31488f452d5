//! From colours to a painted drawing.

mod layers;
mod palette;
pub mod rules;
mod sides;
mod soft;
mod traces;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::colours::{SizeMismatch, painted_colours};
use crate::repeats::runs;
use crate::segment::{AlphaRule, ink};
use crate::{Drawing, Labels, Rgba};
pub use layers::{Layers, layers};
use palette::Palette;
pub(crate) use palette::on_paper;
use rules::{PaintRules, WhiteRule};

/// Paints a line drawing: every segment gets its colour, entry `i` of `colours` belonging to label `i + 1`.
///
/// A segment without a colour becomes empty. Black lines stay as drawn; trace lines follow the rules; under anti-aliased lines
/// lies the paint beside them. With [`AlphaRule::Reference`] the rules count for nothing: traces are painted as their segment, and
/// line that is not opaque black becomes empty.
///
/// The result has the size and the file format of the line drawing; where that has no alpha, the result is opaque, and what
/// would be empty or has alpha 0 is white paper. The labels are those of this very drawing.
#[must_use]
pub fn paint(
    line: &Drawing,
    labels: &Labels,
    colours: &[Option<Rgba>],
    alpha: AlphaRule,
    rules: &PaintRules,
) -> Drawing {
    debug_assert_eq!(line.size, labels.size);
    let palette = Palette::new(line, labels, colours, rules.white);
    if alpha == AlphaRule::Reference {
        let black = |pixel: Rgba| if pixel == Rgba::BLACK { pixel } else { palette.empty };
        return fill(line, &labels.labels, &palette, black);
    }
    let ink = ink(line, alpha);
    let traces = traces::Traces::new(&ink, labels, alpha);
    let takes = traces.absorb(&palette, &rules.traces);
    match &ink {
        Cow::Borrowed(_) => {
            let mut painted = fill(line, &takes, &palette, |pixel| pixel);
            traces.leave(&mut painted, &rules.traces);
            painted
        }
        Cow::Owned(_) => soft::compose(line, takes.into_owned(), &palette, &rules.traces),
    }
}

/// Gives every pixel of a segment its colour; what has none is left to `ink`.
fn fill(line: &Drawing, takes: &[u32], palette: &Palette<'_>, ink: impl Fn(Rgba) -> Rgba) -> Drawing {
    let mut pixels = Vec::with_capacity(line.pixels.len());
    let mut rest = line.pixels.as_slice();
    for run in runs(takes) {
        let (drawn, after) = rest.split_at(run.len().min(rest.len()));
        rest = after;
        match palette.get(run[0]) {
            Some(colour) => pixels.resize(pixels.len() + drawn.len(), colour),
            None => pixels.extend(drawn.iter().copied().map(&ink)),
        }
    }
    pixels.extend_from_slice(rest);
    Drawing { pixels, ..*line }
}

/// Gives segments of a painted drawing other colours, by label; everything that does not follow from them stays as it is.
///
/// The labels are those of its line drawing.
///
/// # Errors
/// If the two drawings differ in size.
pub fn repaint(
    (line, painted): (&Drawing, &Drawing),
    labels: &Labels,
    colours: &BTreeMap<u32, Rgba>,
    alpha: AlphaRule,
    rules: &PaintRules,
) -> Result<Drawing, SizeMismatch> {
    let old = painted_colours(line, painted, labels, alpha)?;
    let new = old.iter().zip(1..).map(|(&colour, label)| colours.get(&label).copied().unwrap_or(colour));
    let by = |colours: Vec<Rgba>| {
        let colours: Vec<_> = colours.into_iter().map(Some).collect();
        paint(line, labels, &colours, alpha, rules)
    };
    let (new, old) = (by(new.collect()), by(old.clone()));
    let changed = old.pixels.iter().zip(&new.pixels).zip(&painted.pixels);
    let pixel = |((old, new), &pixel): ((&Rgba, &Rgba), &Rgba)| {
        if old == new { pixel } else { on_paper(painted.has_alpha, *new, WhiteRule::Paint) }
    };
    Ok(Drawing { pixels: changed.map(pixel).collect(), ..*painted })
}

#[cfg(test)]
mod tests;
