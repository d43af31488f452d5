//! Whether the neighbours of two segments are partners too.

use super::matrix::Matrix;
use super::segment::Geometry;

/// For each pair the belief that the neighbours of one have their partners among those of the other.
pub(super) struct Neighbourhood {
    /// Share of the target segment's contact, times belief.
    pub forward: Matrix,
    /// Share of the reference segment's contact, times belief.
    pub backward: Matrix,
}

impl Neighbourhood {
    /// Asks the neighbours, given beliefs in pairs.
    pub fn new(target: &Geometry, reference: &Geometry, beliefs: &Matrix) -> Self {
        Self { forward: forward(target, reference, beliefs), backward: backward(target, reference, beliefs) }
    }
}

fn forward(target: &Geometry, reference: &Geometry, beliefs: &Matrix) -> Matrix {
    // For each target segment and reference segment: the best partner among the latter's neighbours.
    let mut partner = Matrix::new(target.segments.len(), reference.segments.len());
    for a in 0..target.segments.len() {
        let beliefs = beliefs.row(a);
        for (partner, segment) in partner.row_mut(a).iter_mut().zip(&reference.segments) {
            let around = segment.company.neighbours.iter();
            *partner = around.map(|&(other, _)| beliefs[other]).fold(0.0, f32::max);
        }
    }
    let mut sums = Matrix::new(target.segments.len(), reference.segments.len());
    for (a, segment) in target.segments.iter().enumerate() {
        for &(other, share) in &segment.company.neighbours {
            for (sum, partner) in sums.row_mut(a).iter_mut().zip(partner.row(other)) {
                *sum += share * partner;
            }
        }
    }
    sums
}

fn backward(target: &Geometry, reference: &Geometry, beliefs: &Matrix) -> Matrix {
    let mut sums = Matrix::new(target.segments.len(), reference.segments.len());
    let mut partner = vec![0.0_f32; reference.segments.len()];
    for (a, segment) in target.segments.iter().enumerate() {
        partner.fill(0.0);
        for &(other, _) in &segment.company.neighbours {
            for (partner, belief) in partner.iter_mut().zip(beliefs.row(other)) {
                *partner = partner.max(*belief);
            }
        }
        for (sum, other) in sums.row_mut(a).iter_mut().zip(&reference.segments) {
            *sum = other.company.neighbours.iter().map(|&(near, share)| share * partner[near]).sum();
        }
    }
    sums
}
