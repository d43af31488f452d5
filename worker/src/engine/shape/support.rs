//! What the rest of the drawing says of a pair, given beliefs in all pairs.

use super::beliefs::Beliefs;
use super::cues::{distance, near};
use super::matrix::Matrix;
use super::motion::motions;
use super::neighbours::Neighbourhood;
use super::overlap::{overlap, union_share};
use super::segment::Geometry;

/// Number of cues of a pair that follow from beliefs.
pub(super) const SUPPORTS: usize = 12;

/// The cues of one pair that follow from beliefs. [`super::weights`] names them.
pub(super) type Supports = [f32; SUPPORTS];

/// Logarithms of beliefs below this count alike.
const LEAST: f32 = -8.0;

/// Everything that follows from beliefs, ready to be asked pair by pair.
pub(super) struct Support {
    beliefs: Beliefs,
    neighbourhood: Neighbourhood,
    /// Where each target segment should lie in the reference.
    places: Vec<[f32; 2]>,
    /// Share of each target segment that falls onto each reference segment once moved.
    shares: Matrix,
}

impl Support {
    /// Follows the motion of the segments and asks their neighbours.
    pub fn new(target: &Geometry, reference: &Geometry, beliefs: Beliefs) -> Self {
        let motions = motions(target, reference, &beliefs.mutual);
        let places = target.segments.iter().zip(&motions);
        Self {
            neighbourhood: Neighbourhood::new(target, reference, &beliefs.mutual),
            places: places.map(|(segment, motion)| motion.apply(segment.in_picture.at)).collect(),
            shares: overlap(target, reference, |segment, point| motions[segment].apply(point)),
            beliefs,
        }
    }

    /// The cues of target segments `a` and reference segment `b`.
    pub fn of(&self, target: &Geometry, reference: &Geometry, a: usize, b: usize) -> Supports {
        let [own, other] = [&target.segments[a].in_picture, &reference.segments[b].in_picture];
        let apart = distance(self.places[a], other.at);
        let share = self.shares.row(a)[b];
        let (forward, backward) =
            (self.neighbourhood.forward.row(a)[b], self.neighbourhood.backward.row(a)[b]);
        [
            self.beliefs.rows.row(a)[b].max(LEAST),
            self.beliefs.columns.row(a)[b].max(LEAST),
            self.beliefs.mutual.row(a)[b],
            apart,
            near(apart, 0.01),
            near(apart, 0.03),
            near(apart, 0.1),
            share,
            union_share(share, own.area, other.area),
            forward,
            backward,
            (forward * backward).sqrt(),
        ]
    }
}
