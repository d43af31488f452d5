//! The colour each segment has in a painted drawing.

use thiserror::Error;

use crate::repeats::runs;
use crate::rules::WhiteRule;
use crate::segment::{AlphaRule, is_line, uses_alpha};
use crate::{Drawing, Labels, Rgba, Size};

/// A painted drawing that is not as large as its line drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the painted drawing is {painted} but its line drawing {line}: export both at the same size")]
pub struct SizeMismatch {
    /// Size of the label image, which is that of the line drawing.
    pub line: Size,
    /// Size of the painted drawing.
    pub painted: Size,
}

/// Pixels of one segment that have one colour.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tally {
    label: u32,
    colour: Rgba,
    pixels: u32,
}

/// The most frequent colour of each segment, the lexicographically smallest on a tie; entry `i` belongs to
/// label `i + 1`.
///
/// # Errors
/// If the two sizes differ.
pub fn segment_colours(labels: &Labels, painted: &Drawing) -> Result<Vec<Rgba>, SizeMismatch> {
    if labels.size != painted.size {
        return Err(SizeMismatch { line: labels.size, painted: painted.size });
    }
    let mut tallies = tally(labels, painted);
    tallies.sort_unstable();
    let mut colours = vec![Rgba::EMPTY; labels.count as usize];
    let mut most = vec![0; labels.count as usize];
    for same in tallies.chunk_by(|a, b| (a.label, a.colour) == (b.label, b.colour)) {
        let segment = same[0].label as usize - 1;
        let pixels: u32 = same.iter().map(|tally| tally.pixels).sum();
        if pixels > most[segment] {
            most[segment] = pixels;
            colours[segment] = same[0].colour;
        }
    }
    Ok(colours)
}

/// The most frequent colour of each segment as [`segment_colours`] has it, but seen where nothing is drawn: a trace in the painted
/// drawing may have been given to the other side, and a soft line lies over the paint. A segment that is nothing but line is
/// seen as it is, and so is everything with [`AlphaRule::Reference`].
///
/// # Errors
/// If the two drawings differ in size.
pub fn painted_colours(
    line: &Drawing,
    painted: &Drawing,
    labels: &Labels,
    alpha: AlphaRule,
) -> Result<Vec<Rgba>, SizeMismatch> {
    let all = segment_colours(labels, painted)?;
    if alpha == AlphaRule::Reference {
        return Ok(all);
    }
    let mut bare = labels.clone();
    let mut seen = vec![false; labels.count as usize + 1];
    let (use_alpha, mut at) = (uses_alpha(line, alpha), 0);
    for run in runs(&line.pixels) {
        let covered = &mut bare.labels[at..at + run.len()];
        at += run.len();
        if is_line(run[0], use_alpha) {
            covered.fill(0);
        } else {
            runs(covered).for_each(|labels| seen[labels[0] as usize] = true);
        }
    }
    let bare = segment_colours(&bare, painted)?;
    let colour = |((bare, all), seen)| if seen { bare } else { all };
    Ok(bare.into_iter().zip(all).zip(seen.into_iter().skip(1)).map(colour).collect())
}

/// The colours of segments as [`painted_colours`] has them, in the sense of a show: white in a file without alpha may be empty.
///
/// # Errors
/// If the two drawings differ in size.
pub fn meant_colours(
    line: &Drawing,
    painted: &Drawing,
    labels: &Labels,
    alpha: AlphaRule,
    white: WhiteRule,
) -> Result<Vec<Rgba>, SizeMismatch> {
    let mut colours = painted_colours(line, painted, labels, alpha)?;
    if white == WhiteRule::Empty && !painted.has_alpha {
        for colour in colours.iter_mut().filter(|colour| **colour == Rgba::WHITE) {
            *colour = Rgba::EMPTY;
        }
    }
    Ok(colours)
}

/// Counts the pixels of every segment and colour, in several parts where a segment's colours alternate.
fn tally(labels: &Labels, painted: &Drawing) -> Vec<Tally> {
    let mut done = Vec::new();
    // The colour a segment had last is nearly always the one it has next.
    let mut current: Vec<_> =
        (0..=labels.count).map(|label| Tally { label, colour: Rgba::EMPTY, pixels: 0 }).collect();
    let mut pixels = painted.pixels.as_slice();
    for run in runs(&labels.labels) {
        let (run_pixels, rest) = pixels.split_at(run.len());
        pixels = rest;
        if run[0] == 0 {
            continue;
        }
        let tally = &mut current[run[0] as usize];
        for same in runs(run_pixels) {
            if tally.colour != same[0] {
                done.extend((tally.pixels > 0).then_some(*tally));
                *tally = Tally { colour: same[0], pixels: 0, ..*tally };
            }
            tally.pixels += same.len() as u32;
        }
    }
    done.extend(current.into_iter().filter(|tally| tally.pixels > 0));
    done
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::FileFormat;

    fn painted(size: Size, pixels: Vec<Rgba>) -> Drawing {
        Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
    }

    #[test]
    fn another_size_is_refused_with_both_sizes_and_a_remedy() {
        let labels = Labels { size: Size { width: 2, height: 1 }, labels: vec![1, 1], count: 1 };
        let error = segment_colours(&labels, &painted(Size { width: 1, height: 1 }, vec![Rgba::BLACK]));
        let message = "the painted drawing is 1x1 but its line drawing 2x1: export both at the same size";
        assert_eq!(error.unwrap_err().to_string(), message);
    }

    #[test]
    fn colours_are_seen_beside_the_lines() {
        let size = Size { width: 5, height: 1 };
        let trace = Rgba::opaque(255, 0, 0);
        let line = painted(size, vec![Rgba::EMPTY, trace, trace, Rgba::BLACK, trace]);
        let labels = Labels { size, labels: vec![1, 1, 1, 0, 2], count: 2 };
        let [own, other] = [Rgba::opaque(9, 9, 9), Rgba::opaque(1, 1, 1)];
        let painted = painted(size, vec![own, other, other, Rgba::BLACK, other]);
        let colours = |alpha| painted_colours(&line, &painted, &labels, alpha).unwrap();
        assert_eq!(colours(AlphaRule::Composite), [own, other]);
        assert_eq!(colours(AlphaRule::Reference), [other, other]);
    }

    #[test]
    fn white_without_alpha_is_what_the_show_says() {
        let size = Size { width: 2, height: 1 };
        let line = painted(size, vec![Rgba::EMPTY; 2]);
        let labels = Labels { size, labels: vec![1, 2], count: 2 };
        let red = Rgba::opaque(255, 0, 0);
        let colours = |has_alpha, white| {
            let painted = Drawing { has_alpha, ..painted(size, vec![Rgba::WHITE, red]) };
            meant_colours(&line, &painted, &labels, AlphaRule::Composite, white).unwrap()
        };
        assert_eq!(colours(false, WhiteRule::Empty), [Rgba::EMPTY, red]);
        assert_eq!(colours(false, WhiteRule::Paint), [Rgba::WHITE, red]);
        assert_eq!(colours(true, WhiteRule::Empty), [Rgba::WHITE, red]);
    }

    proptest! {
        #[test]
        fn is_the_most_frequent_and_then_the_smallest(
            cells in proptest::collection::vec((0_u32..4, 0_u8..2, 0_u8..2), 1..40),
        ) {
            let size = Size { width: cells.len() as u32, height: 1 };
            let labels = Labels { size, labels: cells.iter().map(|cell| cell.0).collect(), count: 3 };
            let pixels: Vec<_> = cells.iter().map(|&(_, red, alpha)| Rgba([red, 0, 0, alpha])).collect();
            let mut expected = vec![Rgba::EMPTY; 3];
            for label in 1..=3 {
                let mut counts = BTreeMap::new();
                for (_, &pixel) in labels.labels.iter().zip(&pixels).filter(|&(&l, _)| l == label) {
                    *counts.entry(pixel).or_insert(0) += 1;
                }
                let most = counts.values().max().copied();
                if let Some((&colour, _)) = counts.iter().find(|&(_, &n)| Some(n) == most) {
                    expected[label as usize - 1] = colour;
                }
            }
            prop_assert_eq!(segment_colours(&labels, &painted(size, pixels)).unwrap(), expected);
        }
    }
}
