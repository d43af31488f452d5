//! Which of the closures that lines could mean are made.

use super::reach::{Closure, Gap, Target};
use super::regions::Regions;

/// What speaks for a closure, added up: it is made from 0 on. Fitted to drawings with cut lines (`examples/gaps.rs`), where
/// closures that give back a segment were to be told from those that split one.
mod weights {
    pub const CLOSURE: f64 = -0.95;
    /// For the cosine between the way that the other end looks and the way to this one.
    pub const FACING: f64 = 1.3;
    /// For a target that is no end: many lines stop short of others on purpose.
    pub const SIDE: f64 = -5.15;
    /// For the cosine between the way that the end looks and the way to such a target.
    pub const AHEAD: f64 = 3.31;
    /// For a gap of one pixel, which nobody sees.
    pub const HAIR: f64 = 0.9;
    /// For the logarithm of the line's length: ends of short lines are hatching and corners.
    pub const LENGTH: f64 = 0.536;
    /// For each pixel of line around the end: where there is much, ends are of strokes side by side.
    pub const INK: f64 = -0.113;
    /// For the logarithm of the radius of the wider region that it parts, in pixels: what runs out of an outline leaks.
    pub const RADIUS: f64 = 0.724;
}

/// Opens closures, the least likely one first, until each that is left is likely. What it is depends on the regions that it parts,
/// which grow as others are opened.
pub(super) fn choose(closures: &[Closure], mut regions: Regions) -> Vec<Gap> {
    let alone: Vec<f64> = closures.iter().map(likelihood).collect();
    let mut left: Vec<usize> = (0..closures.len()).collect();
    loop {
        let likely = |&i: &usize| Some((alone[i] + weights::RADIUS * regions.parted(i)?.ln(), i));
        let worst = left.iter().filter_map(likely).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, worst)) = worst.filter(|&(likelihood, _)| likelihood < 0.0) else { break };
        regions.open(worst);
        left.retain(|&i| i != worst);
    }
    // Of several between the same regions the likeliest is enough.
    left.sort_by(|&a, &b| alone[a].total_cmp(&alone[b]));
    left.retain(|&i| !regions.open_if_idle(i));
    left.sort_unstable();
    left.into_iter().map(|i| closures[i].gap).collect()
}

/// What speaks for a closure whatever it parts.
fn likelihood(closure: &Closure) -> f64 {
    let target = match closure.target {
        Target::End { facing } => weights::FACING * facing,
        Target::Side { ahead } => weights::SIDE + weights::AHEAD * ahead,
    };
    let line = weights::LENGTH * (closure.length as f64).ln() + weights::INK * f64::from(closure.ink);
    let hair = if closure.gap.pixels == 1 { weights::HAIR } else { 0.0 };
    weights::CLOSURE + target + line + hair
}
