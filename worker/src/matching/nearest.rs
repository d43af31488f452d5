//! The most similar reference segment gives its colour.

use super::{Candidate, Match};

/// Equal similarities go to the first reference and its lowest label. A similarity that is not a number never wins.
pub(super) fn decide(segment: usize, candidates: &[Candidate<'_>]) -> Option<Match> {
    let mut best: Option<Match> = None;
    for (reference, candidate) in candidates.iter().enumerate() {
        let row = candidate.similarities.row(segment);
        for (column, (&similarity, &colour)) in row.iter().zip(candidate.colours).enumerate() {
            let wins = best.is_none_or(|b| similarity > b.similarity);
            if wins && !similarity.is_nan() {
                let label = column as u32 + 1;
                best = Some(Match { reference, label, colour, similarity, margin: 0.0, confidence: 0.0 });
            }
        }
    }
    best.map(|best| Match { margin: margin(segment, candidates, &best), ..best })
}

fn margin(segment: usize, candidates: &[Candidate<'_>], best: &Match) -> f32 {
    let rival = candidates
        .iter()
        .flat_map(|candidate| candidate.similarities.row(segment).iter().zip(candidate.colours))
        .filter(|&(similarity, &colour)| colour != best.colour && !similarity.is_nan())
        .map(|(&similarity, _)| similarity)
        .fold(-1.0, f32::max);
    best.similarity - rival
}

#[cfg(test)]
mod tests {
    use cel::Rgba;

    use super::*;
    use crate::engine::Similarities;

    const RED: Rgba = Rgba::opaque(255, 0, 0);
    const BLUE: Rgba = Rgba::opaque(0, 0, 255);

    fn row(values: &[f32]) -> Similarities {
        Similarities { columns: values.len(), values: values.to_vec() }
    }

    fn candidate<'a>(similarities: &'a Similarities, colours: &'a [Rgba]) -> Candidate<'a> {
        Candidate { similarities, colours, trust: &[1.0; 3][..colours.len()] }
    }

    #[test]
    fn the_margin_ignores_rivals_of_the_same_colour() {
        let similarities = row(&[0.9, 0.8, 0.5]);
        let matched = decide(0, &[candidate(&similarities, &[RED, RED, BLUE])]).unwrap();
        assert_eq!((matched.label, matched.colour), (1, RED));
        assert!((matched.margin - 0.4).abs() < 1e-6);
    }

    #[test]
    fn ties_go_to_the_first_reference_and_lowest_label() {
        let similarities = row(&[0.5, 0.7, 0.7]);
        let candidate = candidate(&similarities, &[RED, RED, BLUE]);
        let matched = decide(0, &[candidate, candidate]).unwrap();
        assert_eq!((matched.reference, matched.label), (0, 2));
        assert_eq!(matched.margin, 0.0);
    }

    #[test]
    fn not_a_number_never_wins() {
        let similarities = row(&[f32::NAN, -0.5]);
        assert_eq!(decide(0, &[candidate(&similarities, &[RED, BLUE])]).unwrap().label, 2);
    }

    #[test]
    fn no_reference_segment_means_no_match() {
        let similarities = row(&[]);
        assert_eq!(decide(1, &[candidate(&similarities, &[])]), None);
        assert_eq!(decide(0, &[]), None);
    }

    #[test]
    fn one_colour_alone_has_the_whole_span_as_margin() {
        let similarities = row(&[0.25]);
        assert_eq!(decide(0, &[candidate(&similarities, &[RED])]).unwrap().margin, 1.25);
    }
}
