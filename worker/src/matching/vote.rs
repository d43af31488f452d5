//! The reference segments vote on the colour.

use cel::Rgba;

use super::{Candidate, Match};

/// What speaks for one colour.
#[derive(Clone, Copy, Debug)]
struct Votes {
    colour: Rgba,
    sum: f32,
    /// The segment with most weight for the colour: its weight, reference and label.
    best: (f32, usize, u32),
}

/// Equal sums go to the colour met first, equal weights to the first reference and its lowest label. A similarity
/// that is not a number has no vote.
pub(super) fn decide(segment: usize, candidates: &[Candidate<'_>]) -> Option<Match> {
    let rows = || candidates.iter().map(|candidate| candidate.similarities.row(segment));
    let highest = rows().flatten().copied().filter(|value| !value.is_nan()).fold(f32::NEG_INFINITY, f32::max);
    let mut votes: Vec<Votes> = Vec::new();
    for (reference, (row, candidate)) in rows().zip(candidates).enumerate() {
        let segments = row.iter().zip(candidate.colours.iter().zip(candidate.trust)).zip(1..);
        for ((&logit, (&colour, &trust)), label) in segments.filter(|((logit, _), _)| !logit.is_nan()) {
            let weight = (logit - highest).exp() * trust;
            add(&mut votes, colour, (weight, reference, label));
        }
    }
    let total: f32 = votes.iter().map(|votes| votes.sum).sum();
    let share = |votes: &Votes| if total > 0.0 { votes.sum / total } else { 0.0 };
    let first =
        votes.iter().copied().reduce(|best, other| if other.sum > best.sum { other } else { best })?;
    let second = votes.iter().filter(|votes| votes.colour != first.colour).map(share).fold(0.0, f32::max);
    let (_, reference, label) = first.best;
    let similarity = share(&first);
    let margin = similarity - second;
    Some(Match { reference, label, colour: first.colour, similarity, margin, confidence: 0.0 })
}

fn add(votes: &mut Vec<Votes>, colour: Rgba, vote: (f32, usize, u32)) {
    match votes.iter_mut().find(|votes| votes.colour == colour) {
        Some(votes) => {
            votes.sum += vote.0;
            if vote.0 > votes.best.0 {
                votes.best = vote;
            }
        }
        None => votes.push(Votes { colour, sum: vote.0, best: vote }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Similarities;

    const RED: Rgba = Rgba::opaque(255, 0, 0);
    const BLUE: Rgba = Rgba::opaque(0, 0, 255);

    fn row(values: &[f32]) -> Similarities {
        Similarities { columns: values.len(), values: values.to_vec() }
    }

    #[test]
    fn many_outvote_the_best() {
        let similarities = row(&[1.0, 0.9, 0.9]);
        let colours = [BLUE, RED, RED];
        let candidate = Candidate { similarities: &similarities, colours: &colours, trust: &[1.0; 3] };
        let matched = decide(0, &[candidate]).unwrap();
        assert_eq!((matched.label, matched.colour), (2, RED));
        let [blue, red] = [1.0, 2.0 * (-0.1f32).exp()];
        assert!((matched.similarity - red / (red + blue)).abs() < 1e-6);
        assert!((matched.margin - (red - blue) / (red + blue)).abs() < 1e-6);
    }

    #[test]
    fn an_unsure_reference_counts_less() {
        let similarities = row(&[1.0, 0.5]);
        let colours = [BLUE, RED];
        let candidate = Candidate { similarities: &similarities, colours: &colours, trust: &[0.1, 1.0] };
        assert_eq!(decide(0, &[candidate]).unwrap().colour, RED);
    }

    #[test]
    fn not_a_number_has_no_vote_and_nothing_decides_nothing() {
        let similarities = row(&[f32::NAN, -500.0]);
        let colours = [RED, BLUE];
        let candidate = Candidate { similarities: &similarities, colours: &colours, trust: &[1.0; 2] };
        assert_eq!(decide(0, &[candidate]).unwrap().colour, BLUE);
        assert_eq!(decide(0, &[]), None);
    }
}
