//! Gaps in lines: found by the ends of lines, and closed for segmentation.

mod choice;
mod distance;
mod ends;
mod grid;
mod precedent;
mod reach;
mod regions;
mod surroundings;
mod thin;

use crate::neighbours::{FOUR, neighbours};
use crate::segment::{AlphaRule, ink, is_line, number, uses_alpha};
use crate::{Drawing, Labels, Rgba};
use ends::ends;
use grid::Grid;
pub use precedent::Precedent;
use precedent::{Asking, Shown};
pub use reach::Gap;
use reach::{Closure, Lines};
use regions::Regions;

/// Most pixels a gap may have to be closed: beyond that, ends of lines that are meant to be free are joined.
pub const MOST: u32 = 32;

/// The gaps of at most so many pixels, as far as their closures part regions and are likely to be meant: many lines end freely, or
/// a little before another, on purpose. Other drawings of the clip tell more of that.
#[must_use]
pub fn gaps(drawing: &Drawing, alpha: AlphaRule, most: u32, precedents: &[&Precedent]) -> Vec<Gap> {
    if most == 0 {
        return Vec::new();
    }
    let ink = ink(drawing, alpha);
    let use_alpha = uses_alpha(&ink, alpha);
    let line = Grid::new(ink.size, |at| is_line(ink.pixels[at], use_alpha));
    let traces =
        Grid::new(ink.size, |at| is_line(ink.pixels[at], use_alpha) && ink.pixels[at].rgb() != [0; 3]);
    let ends = ends(&line, &thin::skeleton(&line));
    let closures = reach::closures(&Lines { all: line, traces }, &ends, most.min(MOST));
    if closures.is_empty() {
        return Vec::new();
    }
    let bridges: Vec<Vec<usize>> =
        closures.iter().map(|closure| bridge(&ink, use_alpha, &closure.gap)).collect();
    let regions = regions(&ink, alpha, &bridges);
    let shown = shown(&regions, &closures, &bridges, precedents);
    choice::choose(&closures, &shown, Regions::new(regions, bridges))
}

/// What precedents show of each closure.
fn shown(
    regions: &Labels,
    closures: &[Closure],
    bridges: &[Vec<usize>],
    precedents: &[&Precedent],
) -> Vec<Option<Shown>> {
    if precedents.is_empty() {
        return vec![None; closures.len()];
    }
    let asking = Asking::new(regions, bridges);
    let ask = |(closure, bridge): (&Closure, &Vec<usize>)| asking.ask(precedents, &closure.gap, bridge);
    closures.iter().zip(bridges).map(ask).collect()
}

/// The pixels of a gap that are not line.
fn bridge(ink: &Drawing, use_alpha: bool, gap: &Gap) -> Vec<usize> {
    gap.pixels(ink.size).into_iter().filter(|&at| !is_line(ink.pixels[at], use_alpha)).collect()
}

/// What all these bridges leave between lines.
fn regions(ink: &Drawing, alpha: AlphaRule, bridges: &[Vec<usize>]) -> Labels {
    let use_alpha = uses_alpha(ink, alpha);
    let mut labels = number(&with_black(ink, bridges.iter().flatten()), alpha);
    for (label, &pixel) in labels.labels.iter_mut().zip(&ink.pixels) {
        // Traces belong to a segment, but nothing runs out through them.
        *label = if is_line(pixel, use_alpha) { 0 } else { *label };
    }
    labels
}

fn with_black<'a>(ink: &Drawing, pixels: impl Iterator<Item = &'a usize>) -> Drawing {
    let mut ink = ink.clone();
    pixels.for_each(|&at| ink.pixels[at] = Rgba::BLACK);
    ink
}

/// Labels the pixels of a drawing as [`segment`](crate::segment()) does, as if gaps of at most so many pixels were closed. The
/// closed pixels belong to a segment beside them: they are paint and not line.
#[must_use]
pub fn segment_closed(drawing: &Drawing, alpha: AlphaRule, most: u32) -> Labels {
    segment_with(drawing, alpha, &gaps(drawing, alpha, most, &[]))
}

/// The same with these gaps closed. What is no gap of this drawing, because it lies outside, is passed over.
#[must_use]
pub fn segment_with(drawing: &Drawing, alpha: AlphaRule, gaps: &[Gap]) -> Labels {
    if gaps.is_empty() {
        return crate::segment(drawing, alpha);
    }
    let ink = ink(drawing, alpha);
    let use_alpha = uses_alpha(&ink, alpha);
    let bridges: Vec<usize> = gaps
        .iter()
        .filter(|gap| gap.is_within(ink.size))
        .flat_map(|gap| bridge(&ink, use_alpha, gap))
        .collect();
    let mut labels = number(&with_black(&ink, bridges.iter()), alpha);
    hand_over(&mut labels, bridges);
    labels
}

/// The same with the gaps closed that are known to be; where that is not known, those of at most so many pixels.
#[must_use]
pub fn segment_as(drawing: &Drawing, alpha: AlphaRule, known: Option<&[Gap]>, most: u32) -> Labels {
    match known {
        Some(gaps) => segment_with(drawing, alpha, gaps),
        None => segment_closed(drawing, alpha, most),
    }
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
