//! Missed paint: empty pixels where a drawing is painted around them.

use serde::Serialize;

use crate::{Drawing, Labels, Rgba};

/// Enclosed empty segments up to this part of the drawing are taken for missed; through larger ones the background is seen.
const PART: usize = 2000;

/// A segment with empty pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// The segment.
    pub label: u32,
    /// Its empty pixels.
    pub pixels: u32,
}

/// What is known of a segment.
#[derive(Clone, Copy, Default)]
struct Tally {
    pixels: u32,
    empty: u32,
    at_the_edge: bool,
}

/// The holes of a painted drawing in the order of labels: small empty segments that do not touch the edge of the drawing,
/// and empty pixels in segments that are painted for the most part.
///
/// The labels are those of its line drawing, of the same size. Without alpha, white is empty.
#[must_use]
pub fn holes(painted: &Drawing, labels: &Labels) -> Vec<Hole> {
    let tallies = tally(painted, labels);
    let hole = |(tally, label): (&Tally, u32)| {
        let small = tally.pixels as usize * PART <= painted.size.pixels();
        let missed = if tally.empty == tally.pixels {
            small && !tally.at_the_edge
        } else {
            tally.empty * 2 < tally.pixels
        };
        (missed && tally.empty > 0).then_some(Hole { label, pixels: tally.empty })
    };
    tallies.iter().skip(1).zip(1..).filter_map(hole).collect()
}

fn tally(painted: &Drawing, labels: &Labels) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); labels.count as usize + 1];
    let (width, height) = (labels.size.width, labels.size.height);
    for (i, (&label, &pixel)) in labels.labels.iter().zip(&painted.pixels).enumerate() {
        let (x, y) = (i as u32 % width, i as u32 / width);
        let tally = &mut tallies[label as usize];
        tally.pixels += 1;
        tally.empty += u32::from(is_empty(painted, pixel));
        tally.at_the_edge |= x == 0 || y == 0 || x + 1 == width || y + 1 == height;
    }
    tallies
}

fn is_empty(painted: &Drawing, pixel: Rgba) -> bool {
    if painted.has_alpha { pixel.alpha() == 0 } else { pixel == Rgba::WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, Size};

    const RED: Rgba = Rgba::opaque(200, 0, 0);

    /// 100 × 100: segment 1 at the edge, 2 of 4 pixels, 3 of 100, 4 of 20 with one pixel missed.
    fn found(has_alpha: bool, empty: Rgba) -> Vec<(u32, u32)> {
        let size = Size { width: 100, height: 100 };
        let label = |i: usize| match (i % 100, i / 100) {
            (10..12, 10..12) => 2,
            (20..30, 20..30) => 3,
            (40..44, 40..45) => 4,
            _ => 1,
        };
        let labels: Vec<u32> = (0..size.pixels()).map(label).collect();
        let pixel = |(i, &label): (usize, &u32)| if label == 4 && i != 4041 { RED } else { empty };
        let pixels = labels.iter().enumerate().map(pixel).collect();
        let painted = Drawing { size, pixels, has_alpha, format: FileFormat::Png { sixteen_bit: false } };
        holes(&painted, &Labels { size, labels, count: 4 }).iter().map(|h| (h.label, h.pixels)).collect()
    }

    #[test]
    fn small_enclosed_segments_and_missed_pixels_are_holes() {
        assert_eq!(found(true, Rgba::EMPTY), [(2, 4), (4, 1)]);
        assert_eq!(found(false, Rgba::WHITE), [(2, 4), (4, 1)]);
        assert_eq!(found(true, Rgba::WHITE), [], "white with alpha is paint");
    }
}
