//! From a drawing to its segments.
//!
//! Pixels that are no line form the segments: 4-connected regions, numbered from 1 in raster order of their
//! first pixel. Line pixels that are not black are colour traces, which belong to the paint and are merged
//! into the segment they touch most. Black line pixels get label 0.

mod regions;
mod runs;
pub(crate) mod soft;
mod traces;

use crate::{Drawing, Labels, Rgba};

pub use soft::ink;

/// How the alpha channel is read, wherever a drawing is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AlphaRule {
    /// As `Reference`, but an alpha channel that is 255 everywhere counts for nothing: white paper saved with
    /// an alpha channel is paper.
    #[default]
    Composite,
    /// With an alpha channel, every pixel with alpha above 0 is line, even white ones. Without, every pixel
    /// that is not white.
    Reference,
}

impl AlphaRule {
    /// The word for it on the command line and in digests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Composite => "composite",
            Self::Reference => "reference",
        }
    }
}

/// Labels the pixels of a drawing with the segments they belong to. Anti-aliased lines count as what [`ink`] makes of them.
#[must_use]
pub fn segment(drawing: &Drawing, alpha: AlphaRule) -> Labels {
    number(&ink(drawing, alpha), alpha)
}

/// The same for a drawing whose lines are binary.
pub(crate) fn number(drawing: &Drawing, alpha: AlphaRule) -> Labels {
    let runs::Scan { open, traces } = runs::scan(drawing, uses_alpha(drawing, alpha));
    let mut labels = Labels { size: drawing.size, labels: vec![0; drawing.size.pixels()], count: 0 };
    regions::number(open, &mut labels);
    traces::merge(traces, &mut labels);
    labels
}

/// Whether lines are told by alpha, and not by not being white.
pub(crate) fn uses_alpha(drawing: &Drawing, alpha: AlphaRule) -> bool {
    match alpha {
        AlphaRule::Reference => drawing.has_alpha,
        AlphaRule::Composite => drawing.has_alpha && drawing.pixels.iter().any(|pixel| pixel.alpha() < 255),
    }
}

/// Whether anything is drawn on a pixel.
pub(crate) fn is_line(pixel: Rgba, use_alpha: bool) -> bool {
    if use_alpha { pixel.alpha() > 0 } else { pixel.rgb() != [255; 3] }
}

#[cfg(test)]
mod tests;
