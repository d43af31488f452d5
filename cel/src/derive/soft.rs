//! Painted drawings with soft edges: what is line, and which paint the mixed pixels belong to.

use crate::{Drawing, Rgba, Size};

/// From one pixel in so many that is like hardly any beside it, a drawing is soft.
const SOFT: usize = 100;
/// A line is darker than both of its sides by so much, in steps of 255.
const DEPTH: u32 = 24;
/// The sides of a line are at most so many pixels away.
const REACH: i64 = 3;
/// Mixed pixels take a colour from at most so many pixels away.
const SNAP: i64 = 2;

/// The colours of a painted drawing with hard edges.
pub(super) struct Hard {
    pub colours: Vec<Rgba>,
    /// Pixels that are line by being darker than both sides.
    pub ink: Vec<bool>,
}

/// Makes the edges of a soft drawing hard; `None` if they are.
pub(super) fn harden(painted: &Drawing) -> Option<Hard> {
    let image = Image { size: painted.size, pixels: &painted.pixels };
    let places = || {
        (0..i64::from(painted.size.height))
            .flat_map(|y| (0..i64::from(painted.size.width)).map(move |x| (x, y)))
    };
    let flat: Vec<bool> = places().map(|(x, y)| image.is_flat(x, y)).collect();
    if flat.iter().filter(|flat| !**flat).count() * SOFT < flat.len() {
        return None;
    }
    let ink: Vec<bool> = places().map(|(x, y)| image.is_valley(x, y)).collect();
    let colours = places().zip(&flat).map(|((x, y), &is_flat)| {
        let own = image.at(x, y).unwrap_or(Rgba::EMPTY);
        if is_flat { own } else { image.nearest(x, y, &flat, &ink).unwrap_or(own) }
    });
    Some(Hard { colours: colours.collect(), ink })
}

struct Image<'a> {
    size: Size,
    pixels: &'a [Rgba],
}

impl Image<'_> {
    fn index(&self, x: i64, y: i64) -> Option<usize> {
        let inside =
            (0..i64::from(self.size.width)).contains(&x) && (0..i64::from(self.size.height)).contains(&y);
        inside.then(|| y as usize * self.size.width as usize + x as usize)
    }

    fn at(&self, x: i64, y: i64) -> Option<Rgba> {
        self.index(x, y).map(|i| self.pixels[i])
    }

    /// Whether at least two pixels beside it, or at its corners, are the same.
    fn is_flat(&self, x: i64, y: i64) -> bool {
        let own = self.at(x, y);
        let beside = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))).filter(|&step| step != (0, 0));
        beside.filter(|(dx, dy)| self.at(x + dx, y + dy) == own).count() >= 2
    }

    /// Whether there is lighter paint on both sides in any direction.
    fn is_valley(&self, x: i64, y: i64) -> bool {
        let Some(own) = self.at(x, y).map(luma) else { return false };
        let lighter = |dx: i64, dy: i64| {
            (1..=REACH).any(|d| self.at(x + d * dx, y + d * dy).is_some_and(|side| luma(side) >= own + DEPTH))
        };
        [(1, 0), (0, 1), (1, 1), (1, -1)].into_iter().any(|(dx, dy)| lighter(dx, dy) && lighter(-dx, -dy))
    }

    /// The colour of the flat pixel near it that is most alike and no line.
    fn nearest(&self, x: i64, y: i64, flat: &[bool], ink: &[bool]) -> Option<Rgba> {
        let own = self.at(x, y)?;
        let near = (-SNAP..=SNAP).flat_map(|dy| (-SNAP..=SNAP).map(move |dx| (x + dx, y + dy)));
        let flat = near.filter_map(|(x, y)| self.index(x, y).filter(|&i| flat[i] && !ink[i]));
        flat.map(|i| self.pixels[i]).min_by_key(|&colour| (distance(own, colour), colour))
    }
}

/// Luma in steps of 255.
fn luma(colour: Rgba) -> u32 {
    colour.luma() / 10_000
}

fn distance(a: Rgba, b: Rgba) -> u32 {
    let (a, b) = (a.over_white(), b.over_white());
    (0..3).map(|i| u32::from(a[i].abs_diff(b[i])).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlphaRule, FileFormat, derive_line, segment, segment_colours};

    const SKIN: Rgba = Rgba::opaque(250, 220, 200);

    /// A disc of skin in an outline on white, drawn four times as large and made smaller.
    fn disc() -> Drawing {
        let size = Size { width: 40, height: 40 };
        let fine = |x: u32, y: u32| {
            let (dx, dy) = (f64::from(x) - 80.0, f64::from(y) - 80.0);
            match dx.hypot(dy) {
                r if r < 56.0 => SKIN,
                r if r < 62.0 => Rgba::BLACK,
                _ => Rgba::WHITE,
            }
        };
        let mean = |x: u32, y: u32| {
            let sum = |channel: usize| {
                (0..16).map(|i| u32::from(fine(x * 4 + i % 4, y * 4 + i / 4).0[channel])).sum::<u32>() / 16
            };
            Rgba::opaque(sum(0) as u8, sum(1) as u8, sum(2) as u8)
        };
        let pixels = (0..40).flat_map(|y| (0..40).map(move |x| mean(x, y))).collect();
        Drawing { size, pixels, has_alpha: false, format: FileFormat::Png { sixteen_bit: false } }
    }

    #[test]
    fn a_soft_outline_is_a_line_around_one_segment() {
        let painted = disc();
        assert!(harden(&painted).is_some());
        let line = derive_line(&painted);
        let labels = segment(&line, AlphaRule::Composite);
        let mut colours = segment_colours(&labels, &painted).unwrap();
        colours.sort_unstable();
        assert_eq!(colours, [SKIN, Rgba::WHITE]);
        assert!(line.pixels.iter().filter(|pixel| **pixel == Rgba::BLACK).count() > 60);
    }
}
