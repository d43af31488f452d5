//! The pass over trace lines: whose paint they take, or that they stay.

use std::borrow::Cow;

use super::palette::Palette;
use super::rules::{Side, TraceRule, TraceRules};
use super::sides::{Sided, sides};
use crate::repeats::runs;
use crate::segment::{AlphaRule, is_line, uses_alpha};
use crate::{Drawing, Labels};

/// The trace lines of a drawing.
pub(super) struct Traces<'a> {
    ink: &'a Drawing,
    labels: &'a Labels,
    /// Indices of the pixels.
    pixels: Vec<usize>,
}

impl<'a> Traces<'a> {
    /// Those of a drawing whose lines are binary.
    pub fn new(ink: &'a Drawing, labels: &'a Labels, alpha: AlphaRule) -> Self {
        let use_alpha = uses_alpha(ink, alpha);
        let (mut pixels, mut at) = (Vec::new(), 0);
        for run in runs(&ink.pixels) {
            if is_line(run[0], use_alpha) && run[0].rgb() != [0; 3] {
                pixels.extend(at..at + run.len());
            }
            at += run.len();
        }
        Self { ink, labels, pixels }
    }

    /// The label whose paint each pixel takes: its own, or for a trace that is absorbed one of those beside it.
    pub fn absorb(&self, palette: &Palette<'_>, rules: &TraceRules) -> Cow<'a, [u32]> {
        let choice = |at: usize| match rules.of(self.ink.pixels[at].rgb()) {
            TraceRule::Absorb(side) if side != Side::Majority => Some(side),
            _ => None,
        };
        if self.pixels.iter().all(|&at| choice(at).is_none()) {
            return Cow::Borrowed(&self.labels.labels);
        }
        let mut takes = self.labels.labels.clone();
        for Sided { pixel, near } in sides(self.labels, &self.pixels) {
            if let Some(side) = choice(pixel as usize)
                && let Some(label) = chosen(side, near, palette)
            {
                takes[pixel as usize] = label;
            }
        }
        Cow::Owned(takes)
    }

    /// Puts the traces that are not absorbed into a painted drawing.
    pub fn leave(&self, painted: &mut Drawing, rules: &TraceRules) {
        for &at in &self.pixels {
            match rules.of(self.ink.pixels[at].rgb()) {
                TraceRule::Absorb(_) => {}
                TraceRule::Recolour(colour) => {
                    painted.pixels[at] = colour.opaque();
                }
                TraceRule::Keep => painted.pixels[at] = self.ink.pixels[at],
            }
        }
    }
}

/// The label on the side that takes a trace; `None` if no segment is near. The lower label on a tie.
fn chosen(side: Side, near: [u32; 2], palette: &Palette<'_>) -> Option<u32> {
    let known = near.into_iter().filter(|&label| label != 0);
    match side {
        Side::Darker => known.min_by_key(|&label| (palette.lightness(label), label)),
        Side::Smaller => known.min_by_key(|&label| (palette.area(label), label)),
        Side::Majority => None,
    }
}
