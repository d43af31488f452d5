//! What another drawing of the clip tells of a gap: whether what lies on its two sides is parted there.

use std::collections::BTreeMap;

use super::reach::Gap;
use super::segment_with;
use super::surroundings::{Placement, Surroundings};
use crate::neighbours::{FOUR, neighbours};
use crate::segment::{AlphaRule, ink, is_line, uses_alpha};
use crate::{Drawing, Labels, Rgba, Size, segment};

/// How far the two sides are looked at, in cells of the surroundings.
const REACH: i32 = 14;

/// A drawing that shows what is parted by lines: one before in the clip, or the reference that it is painted from.
#[derive(Clone, Debug)]
pub struct Precedent {
    size: Size,
    /// The region of each pixel; 0 of line.
    regions: Vec<u32>,
    surroundings: Surroundings,
}

/// What precedents show of a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shown {
    /// How much of the paint on one side is that of the other side, too: from 0 to 1.
    pub shared: f64,
    /// Mean difference between what is around the gap and around the place where it is shown, in cells.
    pub unlike: f64,
}

impl Precedent {
    /// A line drawing with its own gaps closed.
    #[must_use]
    pub fn new(line: &Drawing, alpha: AlphaRule, gaps: &[Gap]) -> Self {
        Self::of(line, alpha, segment_with(line, alpha, gaps).labels)
    }

    /// A line drawing that is painted: what has two colours is parted, and what its lines leave open and has one is not. A painted
    /// drawing of another size tells nothing more.
    #[must_use]
    pub fn painted(line: &Drawing, painted: &Drawing, alpha: AlphaRule) -> Self {
        let mut labels = segment(line, alpha).labels;
        if painted.size == line.size {
            let mut known: BTreeMap<(u32, Rgba), u32> = BTreeMap::new();
            for (label, &colour) in labels.iter_mut().zip(&painted.pixels) {
                let next = known.len() as u32 + 1;
                *label = *known.entry((*label, colour)).or_insert(next);
            }
        }
        Self::of(line, alpha, labels)
    }

    fn of(line: &Drawing, alpha: AlphaRule, mut regions: Vec<u32>) -> Self {
        let ink = ink(line, alpha);
        let use_alpha = uses_alpha(&ink, alpha);
        for (region, &pixel) in regions.iter_mut().zip(&ink.pixels) {
            *region = if is_line(pixel, use_alpha) { 0 } else { *region };
        }
        let surroundings = Surroundings::new(&regions, line.size);
        Self { size: line.size, regions, surroundings }
    }

    /// The region of a pixel of another drawing that is moved so far; 0 outside.
    fn region(&self, at: usize, size: Size, [right, down]: [i32; 2]) -> u32 {
        let (x, y) = ((at % size.width as usize) as i32 + right, (at / size.width as usize) as i32 + down);
        let inside = (0..self.size.width as i32).contains(&x) && (0..self.size.height as i32).contains(&y);
        if inside { self.regions[y as usize * self.size.width as usize + x as usize] } else { 0 }
    }

    /// How much of the paint on two sides is the same, at a place; `None` if only line is there on one.
    fn shared(&self, [one, other]: [&[usize]; 2], size: Size, by: [i32; 2]) -> Option<f64> {
        let shares = |side: &[usize]| {
            let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
            for region in side.iter().map(|&at| self.region(at, size, by)).filter(|&region| region != 0) {
                *counts.entry(region).or_default() += 1.0;
            }
            let all: f64 = counts.values().sum();
            (all > 0.0).then(|| counts.into_iter().map(|(region, count)| (region, count / all)).collect())
        };
        let (one, other): (BTreeMap<u32, f64>, BTreeMap<u32, f64>) = (shares(one)?, shares(other)?);
        Some(one.iter().filter_map(|(region, share)| Some(share.min(*other.get(region)?))).sum())
    }
}

/// A drawing with gaps, as precedents are asked about it.
pub(super) struct Asking<'a> {
    size: Size,
    /// What is neither line nor closed, when every gap that may be one is closed: the region of each pixel, else 0.
    regions: &'a [u32],
    surroundings: Surroundings,
}

impl<'a> Asking<'a> {
    /// By these regions and the pixels that close the gaps between them.
    pub fn new(Labels { size, labels, .. }: &'a Labels, bridges: &[Vec<usize>]) -> Self {
        let mut open = labels.clone();
        bridges.iter().flatten().for_each(|&at| open[at] = open[at].max(1));
        Self { size: *size, regions: labels, surroundings: Surroundings::new(&open, *size) }
    }

    /// What is shown of a gap that these pixels close, by the precedent with a place most like it; `None` if it parts nothing, or
    /// none has such a place.
    pub fn ask(&self, precedents: &[&Precedent], gap: &Gap, bridge: &[usize]) -> Option<Shown> {
        let middle = [0, 1].map(|axis| u32::midpoint(gap.from[axis], gap.to[axis]) as i32);
        let sides = self.sides(middle, bridge);
        if sides.len() < 2 {
            return None;
        }
        let shown = precedents.iter().filter_map(|precedent| {
            let places = self.surroundings.placements(middle, &precedent.surroundings);
            self.shown(precedent, &sides, &places)
        });
        shown.min_by(|a, b| a.unlike.total_cmp(&b.unlike))
    }

    /// The pixels near a place of each region beside a bridge.
    fn sides(&self, [x, y]: [i32; 2], bridge: &[usize]) -> Vec<Vec<usize>> {
        let beside =
            bridge.iter().flat_map(|&at| neighbours(at, self.size, &FOUR)).map(|at| self.regions[at]);
        let mut sides: BTreeMap<u32, Vec<usize>> =
            beside.filter(|&region| region != 0).map(|region| (region, Vec::new())).collect();
        let reach = REACH * self.surroundings.step();
        let (width, height) = (self.size.width as i32, self.size.height as i32);
        for y in (y - reach).max(0)..=(y + reach).min(height - 1) {
            for x in (x - reach).max(0)..=(x + reach).min(width - 1) {
                let at = (y * width + x) as usize;
                if let Some(side) = sides.get_mut(&self.regions[at]) {
                    side.push(at);
                }
            }
        }
        sides.into_values().collect()
    }

    /// What a precedent shows at these places of the two sides that have least in common.
    fn shown(&self, precedent: &Precedent, sides: &[Vec<usize>], places: &[Placement]) -> Option<Shown> {
        let best = places.first()?;
        let pairs = || {
            sides
                .iter()
                .enumerate()
                .flat_map(|(i, one)| sides[..i].iter().map(move |other| [&one[..], other]))
        };
        let seen = places.iter().filter_map(|place| {
            let shared =
                pairs().filter_map(|pair| precedent.shared(pair, self.size, place.by)).reduce(f64::min)?;
            Some((place.weight(best), shared))
        });
        let (weights, sum) =
            seen.fold((0.0, 0.0), |(all, sum), (weight, shared)| (all + weight, sum + weight * shared));
        (weights > 0.0).then(|| Shown { shared: sum / weights, unlike: best.unlike })
    }
}
