//! From similarities to colours: the one place that decides which colour a target segment takes.

mod nearest;
mod vote;

use cel::Rgba;
use rayon::prelude::*;

use crate::engine::{Engine, EngineError, SegmentFeatures, Similarities};

/// How similarities decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The most similar reference segment gives its colour, as in DACoN.
    Nearest,
    /// Similarities are logits: their softmax over the segments of all references is added up by colour, and the
    /// colour with most takes it. A reference segment counts as much as its own colour is sure.
    Vote,
}

/// What is decided for one target segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Index of the reference drawing.
    pub reference: usize,
    /// Label of the segment in that drawing, from 1.
    pub label: u32,
    /// Its colour.
    pub colour: Rgba,
    /// By [`Decision::Nearest`] the similarity with that segment; by [`Decision::Vote`] the share of the colour.
    pub similarity: f32,
    /// Similarity minus that of the best *different* colour; the similarity itself (by `Nearest` plus 1, the span down
    /// to the lowest cosine) when there is no other colour.
    pub margin: f32,
    /// Probability that the colour is right.
    pub confidence: f32,
}

/// A reference as matching sees it.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its segments.
    pub features: &'a SegmentFeatures,
    /// Colour of each segment.
    pub colours: &'a [Rgba],
    /// Probability that each colour is right; 1 where a person painted.
    pub trust: &'a [f32],
}

/// Similarities with one reference, and what is known of its segments.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Rows: target segments, columns: segments of this reference.
    pub similarities: &'a Similarities,
    /// Colour of each segment.
    pub colours: &'a [Rgba],
    /// Probability that each colour is right.
    pub trust: &'a [f32],
}

/// Decides the colour of each of `segments` target segments; `None` where no reference has a segment.
///
/// # Errors
/// When the engine fails.
pub fn decide(
    engine: &dyn Engine,
    segments: usize,
    target: &SegmentFeatures,
    references: &[Known<'_>],
) -> Result<Vec<Option<Match>>, EngineError> {
    let similarities: Vec<Similarities> = references
        .par_iter()
        .map(|reference| engine.compare(target, reference.features))
        .collect::<Result<_, _>>()?;
    let candidates: Vec<Candidate<'_>> = similarities
        .iter()
        .zip(references)
        .map(|(similarities, &Known { colours, trust, .. })| Candidate { similarities, colours, trust })
        .collect();
    let calibration = engine.calibration();
    let sure = |matched: Match| {
        let confidence = calibration.probability(matched.similarity, matched.margin);
        Match { confidence, ..matched }
    };
    let matches = match_segments(segments, &candidates, engine.decision());
    Ok(matches.into_iter().map(|matched| matched.map(sure)).collect())
}

/// Decides the colour of each of `segments` target segments from similarities; `None` where no reference has a
/// segment. How sure that is remains open: the confidence is 0.
#[must_use]
pub fn match_segments(
    segments: usize,
    candidates: &[Candidate<'_>],
    decision: Decision,
) -> Vec<Option<Match>> {
    let decide = match decision {
        Decision::Nearest => nearest::decide,
        Decision::Vote => vote::decide,
    };
    (0..segments).map(|segment| decide(segment, candidates)).collect()
}
