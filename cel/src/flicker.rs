//! Colours that change in one drawing alone (色パカ): a segment painted other than the same segment in the drawings before
//! and after.

use std::collections::HashMap;

use serde::Serialize;

use crate::repeats::runs;
use crate::{AlphaRule, Drawing, Labels, Rgba, painted_colours};

/// Segments up to so many pixels are passed over: nobody sees them change.
const LEAST: u32 = 10;

/// A painted drawing and its segments.
#[derive(Clone, Copy, Debug)]
pub struct Colouring<'a> {
    /// The line drawing.
    pub line: &'a Drawing,
    /// Segments of the line drawing.
    pub labels: &'a Labels,
    /// The painted drawing.
    pub painted: &'a Drawing,
}

impl Colouring<'_> {
    /// The colour of each segment; none if line and paint are not of one size.
    fn colours(&self, alpha: AlphaRule) -> Option<Vec<Rgba>> {
        painted_colours(self.line, self.painted, self.labels, alpha).ok()
    }
}

/// A segment whose colour the drawings on both sides do not have there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Flicker {
    /// The segment.
    pub label: u32,
    /// Its pixels.
    pub pixels: u32,
    /// Its colour.
    pub rgba: Rgba,
    /// The colour before and after.
    pub beside: Rgba,
}

/// The segments that change colour in this drawing alone, in the order of labels. Two segments are the same where they
/// cover each other by more than half of what they cover together. Colours are seen where nothing is drawn: traces may be painted
/// like either side.
#[must_use]
pub fn flicker(
    before: Colouring<'_>,
    now: Colouring<'_>,
    after: Colouring<'_>,
    alpha: AlphaRule,
) -> Vec<Flicker> {
    let Some(colours) = now.colours(alpha) else { return Vec::new() };
    let areas = now.labels.areas();
    let beside = |other| beside(now.labels, &areas, other, alpha);
    let (before, after) = (beside(before), beside(after));
    let changed = |(i, &rgba): (usize, &Rgba)| {
        let beside = before.get(&(i as u32 + 1))?;
        let alone = after.get(&(i as u32 + 1)) == Some(beside) && *beside != rgba && areas[i] > LEAST;
        alone.then_some(Flicker { label: i as u32 + 1, pixels: areas[i], rgba, beside: *beside })
    };
    colours.iter().enumerate().filter_map(changed).collect()
}

/// The colour that each segment has in another drawing, if it is there.
fn beside(labels: &Labels, areas: &[u32], other: Colouring<'_>, alpha: AlphaRule) -> HashMap<u32, Rgba> {
    let Some(colours) = other.colours(alpha) else { return HashMap::new() };
    if other.labels.size != labels.size {
        return HashMap::new();
    }
    let other_areas = other.labels.areas();
    let mut shared: HashMap<(u32, u32), u32> = HashMap::new();
    let pairs: Vec<(u32, u32)> =
        labels.labels.iter().copied().zip(other.labels.labels.iter().copied()).collect();
    for run in runs(&pairs).filter(|run| run[0].0 > 0 && run[0].1 > 0) {
        *shared.entry(run[0]).or_insert(0) += run.len() as u32;
    }
    let same = |(&(label, there), &shared): (&(u32, u32), &u32)| {
        let together = areas[label as usize - 1] + other_areas[there as usize - 1] - shared;
        // At most one other segment can cover it by more than half.
        (shared * 2 > together).then(|| (label, colours[there as usize - 1]))
    };
    shared.iter().filter_map(same).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, Size};

    const SKIN: Rgba = Rgba::opaque(250, 220, 200);
    const HAIR: Rgba = Rgba::opaque(90, 60, 30);

    /// A figure of 5 × 4 pixels at `x` on nothing.
    fn at(x: usize, colour: Rgba) -> (Labels, Drawing) {
        let size = Size { width: 30, height: 6 };
        let labels: Vec<u32> =
            (0..180).map(|i| if (x..x + 5).contains(&(i % 30)) && i / 30 < 4 { 2 } else { 1 }).collect();
        let pixels = labels.iter().map(|&label| if label == 2 { colour } else { Rgba::EMPTY }).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        (Labels { size, labels, count: 2 }, Drawing { size, pixels, has_alpha: true, format })
    }

    fn found(drawings: [(usize, Rgba); 3]) -> Vec<Flicker> {
        seen(&drawings.map(|(x, colour)| at(x, colour)).map(|(labels, painted)| {
            let line = Drawing { pixels: vec![Rgba::EMPTY; labels.labels.len()], ..painted.clone() };
            (line, labels, painted)
        }))
    }

    fn seen(drawings: &[(Drawing, Labels, Drawing); 3]) -> Vec<Flicker> {
        let [a, b, c] = [0, 1, 2].map(|i| {
            let (line, labels, painted) = &drawings[i];
            Colouring { line, labels, painted }
        });
        flicker(a, b, c, AlphaRule::Composite)
    }

    /// A figure whose upper three rows are a trace, painted in one colour or the other.
    fn traced(trace: Rgba) -> (Drawing, Labels, Drawing) {
        let (labels, mut painted) = at(3, SKIN);
        let mut line = Drawing { pixels: vec![Rgba::EMPTY; labels.labels.len()], ..painted.clone() };
        for i in (0..90).filter(|&i| labels.labels[i] == 2) {
            (line.pixels[i], painted.pixels[i]) = (Rgba::opaque(0, 0, 255), trace);
        }
        (line, labels, painted)
    }

    #[test]
    fn a_trace_that_goes_to_the_other_side_once_is_no_change() {
        assert_eq!(seen(&[traced(SKIN), traced(HAIR), traced(SKIN)]), []);
    }

    #[test]
    fn a_colour_that_only_one_drawing_has_is_found() {
        let expected = Flicker { label: 2, pixels: 20, rgba: HAIR, beside: SKIN };
        assert_eq!(found([(3, SKIN), (3, HAIR), (3, SKIN)]), [expected]);
        assert_eq!(found([(3, SKIN), (4, HAIR), (4, SKIN)]), [expected], "though it moves");
    }

    #[test]
    fn what_stays_or_goes_on_or_is_elsewhere_is_not() {
        assert_eq!(found([(3, SKIN), (3, SKIN), (3, SKIN)]), []);
        assert_eq!(found([(3, SKIN), (3, HAIR), (3, HAIR)]), [], "from here on it is another colour");
        assert_eq!(found([(3, SKIN), (15, HAIR), (3, SKIN)]), [], "another thing");
    }
}
