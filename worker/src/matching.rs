//! From similarities to colours: the one place that decides which reference segment a target segment takes.

use cel::Rgba;

use crate::engine::Similarities;

/// What is decided for one target segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Index of the reference drawing.
    pub reference: usize,
    /// Label of the segment in that drawing, from 1.
    pub label: u32,
    /// Its colour.
    pub colour: Rgba,
    /// Similarity with it.
    pub similarity: f32,
    /// Similarity minus the best similarity with a segment of a *different* colour; the similarity itself (plus 1,
    /// the span down to the lowest cosine) when there is no other colour.
    pub margin: f32,
}

/// A reference as matching sees it: similarities with the target's segments, and the colours of its own segments.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Rows: target segments, columns: segments of this reference.
    pub similarities: &'a Similarities,
    /// Colour of each segment of this reference, one a column.
    pub colours: &'a [Rgba],
}

/// Takes for each of `segments` target segments the colour of the most similar reference segment.
///
/// Equal similarities go to the first reference and its lowest label. A similarity that is not a number never wins.
/// `None` where no reference has a segment.
#[must_use]
pub fn match_segments(segments: usize, candidates: &[Candidate<'_>]) -> Vec<Option<Match>> {
    (0..segments).map(|segment| match_one(segment, candidates)).collect()
}

fn match_one(segment: usize, candidates: &[Candidate<'_>]) -> Option<Match> {
    let mut best: Option<Match> = None;
    for (reference, candidate) in candidates.iter().enumerate() {
        let row = candidate.similarities.row(segment);
        for (column, (&similarity, &colour)) in row.iter().zip(candidate.colours).enumerate() {
            let wins = best.is_none_or(|b| similarity > b.similarity);
            if wins && !similarity.is_nan() {
                let label = column as u32 + 1;
                best = Some(Match { reference, label, colour, similarity, margin: 0.0 });
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
    use super::*;

    const RED: Rgba = Rgba::opaque(255, 0, 0);
    const BLUE: Rgba = Rgba::opaque(0, 0, 255);

    fn row(values: &[f32]) -> Similarities {
        Similarities { columns: values.len(), values: values.to_vec() }
    }

    #[test]
    fn the_margin_ignores_rivals_of_the_same_colour() {
        let similarities = row(&[0.9, 0.8, 0.5]);
        let candidate = Candidate { similarities: &similarities, colours: &[RED, RED, BLUE] };
        let matched = match_segments(1, &[candidate])[0].unwrap();
        assert_eq!((matched.label, matched.colour), (1, RED));
        assert!((matched.margin - 0.4).abs() < 1e-6);
    }

    #[test]
    fn ties_go_to_the_first_reference_and_lowest_label() {
        let similarities = row(&[0.5, 0.7, 0.7]);
        let candidate = Candidate { similarities: &similarities, colours: &[RED, RED, BLUE] };
        let matched = match_segments(1, &[candidate, candidate])[0].unwrap();
        assert_eq!((matched.reference, matched.label), (0, 2));
        assert_eq!(matched.margin, 0.0);
    }

    #[test]
    fn not_a_number_never_wins() {
        let similarities = row(&[f32::NAN, -0.5]);
        let candidate = Candidate { similarities: &similarities, colours: &[RED, BLUE] };
        assert_eq!(match_segments(1, &[candidate])[0].unwrap().label, 2);
    }

    #[test]
    fn no_reference_segment_means_no_match() {
        let similarities = row(&[]);
        let candidate = Candidate { similarities: &similarities, colours: &[] };
        assert_eq!(match_segments(2, &[candidate]), [None, None]);
        assert_eq!(match_segments(1, &[]), [None]);
    }

    #[test]
    fn one_colour_alone_has_the_whole_span_as_margin() {
        let similarities = row(&[0.25]);
        let candidate = Candidate { similarities: &similarities, colours: &[RED] };
        assert_eq!(match_segments(1, &[candidate])[0].unwrap().margin, 1.25);
    }
}
