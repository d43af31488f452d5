//! How each target segment has moved, as its surroundings tell.

use super::matrix::Matrix;
use super::segment::{Geometry, Segment};

/// Distance, in the frame of the picture, at which another segment's motion counts a quarter: about a hand. Set by
/// eye.
const REACH: f32 = 0.06;

/// Spread of positions below which turning and stretching are not told from moving.
const STIFFNESS: f32 = 0.05;

/// Least sum of weights that tells a motion.
const LEAST: f32 = 1e-12;

/// An affine map around one segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Motion {
    from: [f32; 2],
    to: [f32; 2],
    /// What is added to the identity, row by row.
    bend: [f32; 4],
}

impl Motion {
    /// Where a point of the target lies in the reference.
    pub fn apply(&self, point: [f32; 2]) -> [f32; 2] {
        let [x, y] = [point[0] - self.from[0], point[1] - self.from[1]];
        let [xx, xy, yx, yy] = self.bend;
        [self.to[0] + x + xx * x + xy * y, self.to[1] + y + yx * x + yy * y]
    }

    /// The map that takes weighted anchors nearest to their partners.
    fn fit(own: [f32; 2], anchors: &[(Anchor, f32)]) -> Self {
        let (mut from, mut to, mut sum) = ([0.0; 2], [0.0; 2], 0.0);
        for &(anchor, weight) in anchors {
            from = [0, 1].map(|axis| from[axis] + weight * anchor.from[axis]);
            to = [0, 1].map(|axis| to[axis] + weight * anchor.to[axis]);
            sum += weight;
        }
        if sum < LEAST {
            return Self { from: own, to: own, bend: [0.0; 4] };
        }
        let (from, to) = (from.map(|at| at / sum), to.map(|at| at / sum));
        Self { from, to, bend: bend(from, to, sum, anchors) }
    }
}

/// Turning and stretching of the anchors around `from`, by ridge regression.
fn bend(from: [f32; 2], to: [f32; 2], sum: f32, anchors: &[(Anchor, f32)]) -> [f32; 4] {
    let ridge = sum * STIFFNESS * STIFFNESS;
    let [mut xx, mut xy, mut yy] = [ridge, 0.0, ridge];
    let [mut ux, mut uy, mut vx, mut vy] = [0.0; 4];
    for &(anchor, weight) in anchors {
        let [x, y] = [anchor.from[0] - from[0], anchor.from[1] - from[1]];
        let [u, v] = [anchor.to[0] - to[0] - x, anchor.to[1] - to[1] - y];
        xx += weight * x * x;
        xy += weight * x * y;
        yy += weight * y * y;
        ux += weight * u * x;
        uy += weight * u * y;
        vx += weight * v * x;
        vy += weight * v * y;
    }
    let scale = 1.0 / (xx * yy - xy * xy).max(f32::MIN_POSITIVE);
    let solve = |x: f32, y: f32| [(x * yy - y * xy) * scale, (y * xx - x * xy) * scale];
    let ([a, b], [c, d]) = (solve(ux, uy), solve(vx, vy));
    [a, b, c, d]
}

/// A target segment with the place of its likely partner.
#[derive(Clone, Copy)]
struct Anchor {
    from: [f32; 2],
    to: [f32; 2],
    weight: f32,
}

impl Anchor {
    fn new(segment: &Segment, beliefs: &[f32], reference: &Geometry) -> Self {
        let (mut to, mut sum, mut cubes) = ([0.0; 2], 0.0, 0.0);
        for (belief, other) in beliefs.iter().zip(&reference.segments) {
            let weight = belief * belief;
            to = [0, 1].map(|axis| to[axis] + weight * other.in_picture.at[axis]);
            sum += weight;
            cubes += belief * weight;
        }
        let scale = if sum > LEAST { 1.0 / sum } else { 0.0 };
        let sureness = cubes * scale;
        // Larger segments are mistaken less often: weight goes with the root of their side.
        let size = (0.25 * segment.in_picture.log_area).exp();
        Self { from: segment.in_picture.at, to: to.map(|at| at * scale), weight: sureness * sureness * size }
    }
}

/// The motion of every target segment, from what is believed of the others.
pub(super) fn motions(target: &Geometry, reference: &Geometry, beliefs: &Matrix) -> Vec<Motion> {
    let segments = target.segments.iter().enumerate();
    let anchors: Vec<Anchor> =
        segments.map(|(index, segment)| Anchor::new(segment, beliefs.row(index), reference)).collect();
    let mut others = Vec::with_capacity(anchors.len());
    (0..anchors.len())
        .map(|index| {
            let own = anchors[index].from;
            others.clear();
            others.extend(anchors.iter().enumerate().filter(|(other, _)| *other != index).map(
                |(_, &anchor)| {
                    let [x, y] = [anchor.from[0] - own[0], anchor.from[1] - own[1]];
                    let falloff = 1.0 + (x * x + y * y) / (REACH * REACH);
                    (anchor, anchor.weight / (falloff * falloff))
                },
            ));
            Motion::fit(own, &others)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(map: impl Fn([f32; 2]) -> [f32; 2]) -> Vec<(Anchor, f32)> {
        [[0.0, 0.0], [0.4, 0.0], [0.0, 0.4], [0.3, 0.2]]
            .map(|from| (Anchor { from, to: map(from), weight: 1.0 }, 1.0))
            .to_vec()
    }

    #[test]
    fn a_common_move_is_found() {
        let motion = Motion::fit([0.1, 0.1], &anchors(|[x, y]| [x + 0.1, y - 0.2]));
        let [x, y] = motion.apply([0.1, 0.1]);
        assert!((x - 0.2).abs() < 1e-6 && (y + 0.1).abs() < 1e-6, "{x} {y}");
    }

    #[test]
    fn a_stretch_is_found_nearly() {
        let motion = Motion::fit([0.1, 0.1], &anchors(|[x, y]| [1.5 * x, 1.5 * y]));
        let [x, y] = motion.apply([0.4, 0.4]);
        assert!((x - 0.6).abs() < 0.03 && (y - 0.6).abs() < 0.03, "{x} {y}");
    }

    #[test]
    fn nothing_around_means_no_motion() {
        assert_eq!(Motion::fit([0.1, 0.1], &[]).apply([0.3, 0.2]), [0.3, 0.2]);
    }
}
