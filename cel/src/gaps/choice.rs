//! Which of the closures that lines could mean are made.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap, HashSet};

use super::precedent::Shown;
use super::reach::{Closure, Gap, Target};
use super::regions::Regions;

/// What speaks for a closure, added up: it is made from 0 on. Fitted to drawings with cut lines (`examples/gaps.rs`), where
/// closures that give back a segment were to be told from those that split one.
mod weights {
    pub const CLOSURE: f64 = -2.47;
    /// For the cosine between the way that the end looks and the way to another end.
    pub const END_AHEAD: f64 = 0.91;
    /// For the cosine between the way that the other end looks and the way to this one.
    pub const FACING: f64 = 0.84;
    /// For a target that is no end: many lines stop short of others on purpose.
    pub const SIDE: f64 = -1.86;
    /// For the cosine between the way that the end looks and the way to such a target.
    pub const SIDE_AHEAD: f64 = 0.93;
    /// For a gap of one pixel, which nobody sees.
    pub const HAIR: f64 = 0.9;
    /// For the logarithm of the line's length: ends of short lines are hatching and corners.
    pub const LENGTH: f64 = 0.57;
    /// For each pixel of line around the end: where there is much, ends are of strokes side by side.
    pub const INK: f64 = -0.025;
    /// For the logarithm of the radius of the wider region that it parts, in pixels: what runs out of an outline leaks.
    pub const RADIUS: f64 = 0.52;
    /// Where there are precedents.
    pub const ASKED: f64 = -0.6;
    /// For a place in a precedent that looks the same, and has different paint on the two sides.
    pub const PARTED: f64 = 7.0;
    /// For one that has the same paint there.
    pub const JOINED: f64 = -5.0;
    /// How unlike a place may look to count by e less, in cells.
    pub const UNLIKE: f64 = 0.7;
}

/// Opens closures, the least likely one first, until each that is left is likely. What it is depends on the regions that it parts,
/// which grow as others are opened.
pub(super) fn choose(closures: &[Closure], shown: &[Option<Shown>], mut regions: Regions) -> Vec<Gap> {
    let alone: Vec<f64> = closures
        .iter()
        .zip(shown)
        .map(|(closure, shown)| likelihood(closure) + shown.map_or(0.0, told))
        .collect();
    let mut left = BTreeSet::from_iter(0..closures.len());
    open_unlikely(&alone, &mut left, &mut regions);
    // Of several between the same regions the likeliest is enough.
    let mut by_likelihood: Vec<usize> = left.iter().copied().collect();
    by_likelihood.sort_by(|&a, &b| alone[a].total_cmp(&alone[b]));
    for closure in by_likelihood {
        if regions.open_if_idle(closure) {
            left.remove(&closure);
        }
    }
    left.into_iter().map(|closure| closures[closure].gap).collect()
}

/// A closure and how likely it was when that was last looked at; the least likely one is the greatest.
#[derive(PartialEq)]
struct Unlikely(f64, usize);

impl Eq for Unlikely {}

impl Ord for Unlikely {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Unlikely {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Opens what is not likely, of the closures that are `left`. As regions only grow, a closure only becomes likelier: it need not be
/// looked at anew before it is the least likely one. One that parts nothing may only do so once one near it is open.
fn open_unlikely(alone: &[f64], left: &mut BTreeSet<usize>, regions: &mut Regions) {
    let looked_at = |regions: &Regions, closure: usize| {
        let radius = regions.parted(closure)?;
        Some(Unlikely(alone[closure] + weights::RADIUS * radius.ln(), closure))
    };
    let mut queue: BinaryHeap<Unlikely> =
        left.iter().filter_map(|&closure| looked_at(regions, closure)).collect();
    let mut waiting: HashSet<usize> = queue.iter().map(|unlikely| unlikely.1).collect();
    while let Some(Unlikely(then, closure)) = queue.pop() {
        match looked_at(regions, closure) {
            None => _ = waiting.remove(&closure),
            Some(now) if now.0 > then => queue.push(now),
            Some(now) if now.0 >= 0.0 => break,
            Some(_) => {
                regions.open(closure);
                left.remove(&closure);
                for near in regions.near(closure).into_iter().filter(|near| left.contains(near)) {
                    if let Some(unlikely) = looked_at(regions, near).filter(|_| waiting.insert(near)) {
                        queue.push(unlikely);
                    }
                }
            }
        }
    }
}

/// What speaks for a closure whatever it parts.
fn likelihood(closure: &Closure) -> f64 {
    let target = match closure.target {
        Target::End { ahead, facing } => weights::END_AHEAD * ahead + weights::FACING * facing,
        Target::Side { ahead } => weights::SIDE + weights::SIDE_AHEAD * ahead,
    };
    let line = weights::LENGTH * (closure.length as f64).ln() + weights::INK * f64::from(closure.ink);
    let hair = if closure.gap.pixels == 1 { weights::HAIR } else { 0.0 };
    weights::CLOSURE + target + line + hair
}

/// What precedents tell for a closure: the less, the less they look like it.
fn told(Shown { shared, unlike }: Shown) -> f64 {
    let shown = weights::PARTED * (1.0 - shared) + weights::JOINED * shared;
    weights::ASKED + shown * (-unlike / weights::UNLIKE).exp()
}
