//! Painting the data set and counting what is right.

use std::collections::HashMap;
use std::path::Path;

use cel::Rgba;
use cel::metrics::{Background, Counts, Outcome, Scores};

use super::data_set::EvalFiles;
use super::{Character, EvalDrawing, EvalError, Protocol, Target};
use crate::engine::{Engine, SegmentFeatures};
use crate::matching::{Known, Match, decide};

/// What came out of a character or a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The five measures, mean over drawings.
    pub scores: Scores,
    /// Drawings painted.
    pub drawings: usize,
    /// Segments of them.
    pub segments: usize,
    /// Share of segments whose true colour occurs in the references, mean over drawings: the best Acc possible.
    pub upper_bound: f64,
    /// Every segment's confidence, and whether it was right.
    pub decided: Vec<Decided>,
}

/// How sure a decision was, and whether it was right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decided {
    /// Similarity or share of votes.
    pub similarity: f32,
    /// Distance to the best other colour.
    pub margin: f32,
    /// Probability that the colour is right.
    pub confidence: f32,
    /// Pixels of the segment.
    pub pixels: u32,
    /// Whether it was right.
    pub right: bool,
}

/// Figures of the data set and of each character.
#[derive(Clone, Debug, PartialEq)]
pub struct Result {
    /// The whole data set.
    pub overall: Figures,
    /// Each character by name.
    pub characters: Vec<(String, Figures)>,
}

/// What came out of one drawing.
struct Painted {
    scores: Scores,
    upper_bound: f64,
    decided: Vec<Decided>,
}

/// A drawing as it truly is.
struct Seen {
    features: SegmentFeatures,
    colours: Vec<Rgba>,
    trust: Vec<f32>,
}

/// What was made of a drawing.
struct Guess {
    drawing: usize,
    colours: Vec<Rgba>,
    trust: Vec<f32>,
}

/// Paints every target of `protocol` with `shots` sheets; `observe` is told of every drawing painted.
///
/// # Errors
/// When a file cannot be used, the engine fails, or no drawing has a reference.
pub fn evaluate(
    engine: &dyn Engine,
    root: &Path,
    characters: &[Character],
    protocol: Protocol,
    (shots, interval): (usize, usize),
    observe: &mut dyn FnMut(),
) -> std::result::Result<Result, EvalError> {
    let mut found = Vec::new();
    let mut all = Vec::new();
    for character in characters {
        let mut painter = Painter::new(engine, character, shots)?;
        let mut painted = Vec::new();
        for target in protocol.targets(character.drawings.len(), interval) {
            painted.extend(painter.paint(&target)?);
            observe();
        }
        found.push((character.name.clone(), Figures::of(&painted)));
        all.extend(painted);
    }
    if all.is_empty() {
        return Err(EvalError::NothingToPaint { root: root.to_owned() });
    }
    Ok(Result { overall: Figures::of(&all), characters: found })
}

impl Figures {
    fn of(drawings: &[Painted]) -> Self {
        let scores: Vec<Scores> = drawings.iter().map(|drawing| drawing.scores).collect();
        let bounds: f64 = drawings.iter().map(|drawing| drawing.upper_bound).sum();
        let decided: Vec<Decided> = drawings.iter().flat_map(|drawing| &drawing.decided).copied().collect();
        Self {
            scores: Scores::mean(&scores),
            drawings: scores.len(),
            segments: decided.len(),
            upper_bound: bounds / scores.len().max(1) as f64,
            decided,
        }
    }
}

/// Paints the drawings of one character.
struct Painter<'a> {
    engine: &'a dyn Engine,
    drawings: &'a [EvalFiles],
    sheets: Vec<Seen>,
    /// Drawings of the clip at hand.
    seen: HashMap<usize, Seen>,
    /// What was made of the drawing painted last.
    last: Option<Guess>,
}

impl<'a> Painter<'a> {
    fn new(
        engine: &'a dyn Engine,
        character: &'a Character,
        shots: usize,
    ) -> std::result::Result<Self, EvalError> {
        let sheets = character.sheets.iter().take(shots).map(|files| look(engine, files));
        let sheets = sheets.map(|looked| looked.map(|(_, seen)| seen));
        Ok(Self {
            engine,
            drawings: &character.drawings,
            sheets: sheets.collect::<std::result::Result<_, _>>()?,
            seen: HashMap::new(),
            last: None,
        })
    }

    /// Paints a target; `None` if it has no reference.
    fn paint(&mut self, target: &Target) -> std::result::Result<Option<Painted>, EvalError> {
        let Target { drawing: number, given, painted } = target;
        self.seen.retain(|seen, _| given.contains(seen) || *painted == Some(*seen));
        for &number in given {
            if !self.seen.contains_key(&number) {
                self.seen.insert(number, look(self.engine, &self.drawings[number])?.1);
            }
        }
        let files = &self.drawings[*number];
        let (drawing, seen) = look(self.engine, files)?;
        let guess = self.last.as_ref().filter(|guess| Some(guess.drawing) == *painted);
        let guess = guess.and_then(|guess| {
            let features = &self.seen.get(&guess.drawing)?.features;
            Some(Known { features, colours: &guess.colours, trust: &guess.trust })
        });
        let given = given.iter().filter_map(|number| self.seen.get(number));
        let known: Vec<Known<'_>> =
            guess.into_iter().chain(given.chain(&self.sheets).map(Seen::known)).collect();
        if known.is_empty() {
            return Ok(None);
        }
        let failed = |source| EvalError::Engine { path: files.line.clone(), source };
        let matches = decide(self.engine, seen.colours.len(), &seen.features, &known).map_err(failed)?;
        let result = judge(&drawing, &matches, &known);
        let colour = |matched: &Option<Match>| matched.map_or(Rgba([0; 4]), |matched| matched.colour);
        let trust = |matched: &Option<Match>| matched.map_or(0.0, |matched| matched.confidence);
        let colours = matches.iter().map(colour).collect();
        self.last = Some(Guess { drawing: *number, colours, trust: matches.iter().map(trust).collect() });
        self.seen.insert(*number, seen);
        Ok(Some(result))
    }
}

impl Seen {
    fn known(&self) -> Known<'_> {
        Known { features: &self.features, colours: &self.colours, trust: &self.trust }
    }
}

/// Reads a drawing and lets the engine see it.
fn look(engine: &dyn Engine, files: &EvalFiles) -> std::result::Result<(EvalDrawing, Seen), EvalError> {
    let drawing = files.load()?;
    let failed = |source| EvalError::Engine { path: files.line.clone(), source };
    let features = engine.embed(&drawing.drawing, &drawing.labels).map_err(failed)?;
    let colours = drawing.colours.clone();
    let seen = Seen { features, trust: vec![1.0; colours.len()], colours };
    Ok((drawing, seen))
}

/// Compares what was decided with the truth. Every colour with alpha 0 is background.
fn judge(drawing: &EvalDrawing, matches: &[Option<Match>], known: &[Known<'_>]) -> Painted {
    let segments = || drawing.colours.iter().zip(&drawing.areas).zip(matches);
    // One name for the background, so that equal means equal.
    let one = |colour: Rgba| if colour.alpha() == 0 { Rgba([255, 255, 255, 0]) } else { colour };
    let same = |a, b| one(a) == one(b);
    let outcomes = segments().map(|((&truth, &pixels), matched)| Outcome {
        predicted: matched.map(|matched| one(matched.colour)),
        truth: one(truth),
        pixels,
    });
    let decided = segments().filter_map(|((&truth, &pixels), matched)| {
        let Match { similarity, margin, confidence, colour, .. } = (*matched)?;
        Some(Decided { similarity, margin, confidence, pixels, right: same(colour, truth) })
    });
    let reachable = |&&truth: &&Rgba| known.iter().flat_map(|known| known.colours).any(|&c| same(c, truth));
    let reachable = drawing.colours.iter().filter(reachable).count();
    Painted {
        scores: Counts::of(outcomes, Background::AnyTransparent).scores(),
        upper_bound: reachable as f64 / drawing.colours.len().max(1) as f64,
        decided: decided.collect(),
    }
}
