//! From similarity and margin to the probability that a segment has the right colour.

pub use common::farm::REVIEW;
use serde::{Deserialize, Serialize};

/// Similarities closer to 0 or 1 than this count alike.
const LEAST: f32 = 1e-4;

/// Coefficients of a logistic regression on whether a segment was right.
///
/// The probability is `1 / (1 + exp(-z))` with `z = bias + similarity * s + log_odds * ln(s / (1 - s)) + margin * m`,
/// `s` the similarity and `m` the margin.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The constant.
    pub bias: f32,
    /// Of the similarity.
    pub similarity: f32,
    /// Of the similarity's log odds, for similarities between 0 and 1.
    pub log_odds: f32,
    /// Of the margin.
    pub margin: f32,
}

impl Calibration {
    /// The probability that a segment is right.
    #[must_use]
    pub fn probability(&self, similarity: f32, margin: f32) -> f32 {
        let share = similarity.clamp(LEAST, 1.0 - LEAST);
        let odds = (share / (1.0 - share)).ln();
        let z = self.bias + self.similarity * similarity + self.log_odds * odds + self.margin * margin;
        1.0 / (1.0 + (-z).exp())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHARE: Calibration = Calibration { bias: 0.0, similarity: 0.0, log_odds: 1.0, margin: 0.0 };

    #[test]
    fn log_odds_alone_give_the_similarity_back() {
        assert!((SHARE.probability(0.7, 0.3) - 0.7).abs() < 1e-6);
        assert!(SHARE.probability(1.0, 1.0) < 1.0);
    }

    proptest! {
        #[test]
        fn it_is_a_probability(similarity in -2.0f32..2.0, margin in -1.0f32..3.0, bias in -9.0f32..9.0) {
            let calibration = Calibration { bias, similarity: 1.0, ..SHARE };
            prop_assert!((0.0..=1.0).contains(&calibration.probability(similarity, margin)));
        }
    }
}
