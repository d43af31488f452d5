//! Gaps in lines: found by the ends of lines, and closed for segmentation.

mod ends;
mod grid;
mod reach;
mod thin;

use crate::neighbours::{FOUR, neighbours};
use crate::segment::{AlphaRule, ink, is_line, number, uses_alpha};
use crate::{Drawing, Labels, Rgba};
use ends::ends;
use grid::Grid;
pub use reach::Gap;
use reach::Lines;

/// Most pixels a gap may have to be closed: beyond that, ends of lines that are meant to be free are joined.
pub const MOST: u32 = 32;

/// The gaps of at most so many pixels between two ends of lines that look at each other, or of one pixel between an end and the
/// line that it looks at: more than that, and many lines are meant to stop there.
#[must_use]
pub fn gaps(drawing: &Drawing, alpha: AlphaRule, most: u32) -> Vec<Gap> {
    let ink = ink(drawing, alpha);
    let use_alpha = uses_alpha(&ink, alpha);
    let line = Grid::new(ink.size, |at| is_line(ink.pixels[at], use_alpha));
    let trace =
        Grid::new(ink.size, |at| is_line(ink.pixels[at], use_alpha) && ink.pixels[at].rgb() != [0; 3]);
    let ends = ends(&line, &thin::skeleton(&line));
    reach::gaps(&Lines { all: line, traces: trace }, &ends, most.min(MOST))
}

/// Labels the pixels of a drawing as [`segment`](crate::segment()) does, as if gaps of at most so many pixels were closed. The
/// closed pixels belong to a segment beside them: they are paint and not line.
#[must_use]
pub fn segment_closed(drawing: &Drawing, alpha: AlphaRule, most: u32) -> Labels {
    if most == 0 {
        return crate::segment(drawing, alpha);
    }
    closed(drawing, alpha, &gaps(drawing, alpha, most))
}

/// The same with these gaps closed.
pub(crate) fn closed(drawing: &Drawing, alpha: AlphaRule, gaps: &[Gap]) -> Labels {
    let mut ink = ink(drawing, alpha).into_owned();
    let use_alpha = uses_alpha(&ink, alpha);
    let bridges = gaps.iter().flat_map(|gap| gap.pixels(ink.size));
    let bridges: Vec<usize> = bridges.filter(|&at| !is_line(ink.pixels[at], use_alpha)).collect();
    for &at in &bridges {
        ink.pixels[at] = Rgba::BLACK;
    }
    let mut labels = number(&ink, alpha);
    hand_over(&mut labels, bridges);
    labels
}

/// Gives each of these pixels to a segment beside it, step by step from where there is one.
fn hand_over(labels: &mut Labels, mut pixels: Vec<usize>) {
    let size = labels.size;
    while !pixels.is_empty() {
        let beside = |&at: &usize| {
            let near = neighbours(at, size, &FOUR).map(|other| labels.labels[other]);
            near.filter(|&label| label != 0).min().map(|label| (at, label))
        };
        let mut found: Vec<(usize, u32)> = pixels.iter().filter_map(beside).collect();
        if found.is_empty() {
            // Closed in by lines on all sides, it was a segment of its own.
            labels.count += 1;
            found.push((pixels[0], labels.count));
        }
        for (at, label) in found {
            labels.labels[at] = label;
        }
        pixels.retain(|&at| labels.labels[at] == 0);
    }
}

#[cfg(test)]
mod tests;
