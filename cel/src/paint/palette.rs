//! The colours of a drawing's segments, as its file can hold them.

use std::cell::OnceCell;

use super::rules::WhiteRule;
use crate::{Drawing, Labels, Rgba};

/// Opaque white where 255 is empty.
const OFF_WHITE: Rgba = Rgba::opaque(254, 254, 254);

/// The colours of a drawing's segments.
pub(super) struct Palette<'a> {
    labels: &'a Labels,
    by_label: Vec<Rgba>,
    /// Pixels of each segment, once they are asked for.
    areas: OnceCell<Vec<u32>>,
    /// What nothing looks like.
    pub empty: Rgba,
}

impl<'a> Palette<'a> {
    pub fn new(line: &Drawing, labels: &'a Labels, colours: &[Option<Rgba>], white: WhiteRule) -> Self {
        let colour = |segment: usize| colours.get(segment).copied().flatten().unwrap_or(Rgba::EMPTY);
        Self {
            labels,
            by_label: (0..labels.count as usize)
                .map(|segment| on_paper(line.has_alpha, colour(segment), white))
                .collect(),
            areas: OnceCell::new(),
            empty: on_paper(line.has_alpha, Rgba::EMPTY, white),
        }
    }

    /// The colour of a label; `None` for ink.
    pub fn get(&self, label: u32) -> Option<Rgba> {
        self.by_label.get((label as usize).wrapping_sub(1)).copied()
    }

    /// What the darker of two labels is less by: nothing at all is lighter than white.
    pub fn lightness(&self, label: u32) -> (bool, u32) {
        let colour = self.get(label).unwrap_or(self.empty);
        (colour == self.empty, colour.luma())
    }

    /// Pixels of a label's segment.
    pub fn area(&self, label: u32) -> u32 {
        let areas = self.areas.get_or_init(|| self.labels.areas());
        areas.get((label as usize).wrapping_sub(1)).copied().unwrap_or(0)
    }
}

/// A colour as a drawing can hold it: without alpha, what is empty is white paper.
pub(crate) fn on_paper(has_alpha: bool, colour: Rgba, white: WhiteRule) -> Rgba {
    match colour.rgb() {
        _ if has_alpha => colour,
        _ if colour.alpha() == 0 => Rgba::WHITE,
        [255, 255, 255] if white == WhiteRule::Empty => OFF_WHITE,
        [red, green, blue] => Rgba::opaque(red, green, blue),
    }
}
