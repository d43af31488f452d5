//! From cues to scores, in passes: each pass asks the rest of the drawing with the beliefs of the one before.

use super::beliefs::Beliefs;
use super::cues::{Cues, cues};
use super::matrix::Matrix;
use super::overlap::{figure_overlap, picture_overlap};
use super::segment::Geometry;
use super::support::{Support, Supports};
use super::weights::{FIRST, LATER};

/// Everything known of the pairs after the last pass.
pub(super) struct Passed {
    /// The score of every pair.
    pub scores: Matrix,
    /// The cues of every pair by itself, row by row.
    pub cues: Vec<Cues>,
    /// The cues of every pair that the last pass drew from the rest of the drawing, row by row.
    pub supports: Vec<Supports>,
}

/// The score of every pair.
pub(super) fn scores(target: &Geometry, reference: &Geometry) -> Matrix {
    passed(target, reference).scores
}

/// The score of every pair, and what it was made of.
pub(super) fn passed(target: &Geometry, reference: &Geometry) -> Passed {
    let cues = all_cues(target, reference);
    let mut scores = Matrix {
        columns: reference.segments.len(),
        values: cues.iter().map(|cues| weighted(cues, &FIRST)).collect(),
    };
    let mut supports = Vec::new();
    for (own, rest) in &LATER {
        let support = Support::new(target, reference, Beliefs::new(&scores));
        supports = pairs(target, reference).map(|(a, b)| support.of(target, reference, a, b)).collect();
        let pairs = cues.iter().zip(&supports);
        scores.values =
            pairs.map(|(cues, supports)| weighted(cues, own) + weighted(supports, rest)).collect();
    }
    Passed { scores, cues, supports }
}

fn all_cues(target: &Geometry, reference: &Geometry) -> Vec<Cues> {
    let in_picture = picture_overlap(target, reference);
    let in_figure = figure_overlap(target, reference);
    let shares = in_picture.values.iter().zip(&in_figure.values);
    pairs(target, reference)
        .zip(shares)
        .map(|((a, b), (&picture, &figure))| {
            cues(&target.segments[a], &reference.segments[b], picture, figure)
        })
        .collect()
}

fn pairs(target: &Geometry, reference: &Geometry) -> impl Iterator<Item = (usize, usize)> {
    let columns = reference.segments.len();
    (0..target.segments.len()).flat_map(move |a| (0..columns).map(move |b| (a, b)))
}

/// Sum of the values times their weights.
fn weighted<const N: usize>(values: &[f32; N], weights: &[f32; N]) -> f32 {
    // Four sums side by side, so that additions do not wait for each other.
    let mut sums = [0.0; 4];
    for (values, weights) in values.chunks(sums.len()).zip(weights.chunks(sums.len())) {
        for (sum, (value, weight)) in sums.iter_mut().zip(values.iter().zip(weights)) {
            *sum += value * weight;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
