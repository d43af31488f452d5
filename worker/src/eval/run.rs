//! Painting the data set and counting what is right.

use std::rc::Rc;

use cel::Rgba;
use cel::metrics::{Background, Counts, Outcome, Scores};

use super::album::{Album, Seen};
use super::{Character, EvalError, Setting, Target};
use crate::engine::Engine;
use crate::matching::{Known, Match};

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
#[derive(Clone)]
struct Painted {
    scores: Scores,
    upper_bound: f64,
    decided: Vec<Decided>,
}

/// What was made of a drawing.
struct Guess {
    drawing: usize,
    colours: Vec<Rgba>,
    trust: Vec<f32>,
}

/// Paints the data set in each of the settings, in clips of `interval` drawings; `observe` is told of every drawing
/// painted. A drawing goes through the network once, in however many settings. A setting in which no drawing has a
/// reference has none painted.
///
/// # Errors
/// When a file cannot be used or the engine fails.
pub fn evaluate(
    engine: &dyn Engine,
    characters: &[Character],
    settings: &[Setting],
    interval: usize,
    observe: &mut dyn FnMut(),
) -> std::result::Result<Vec<Result>, EvalError> {
    let mut found = vec![Vec::new(); settings.len()];
    let mut all: Vec<Vec<Painted>> = vec![Vec::new(); settings.len()];
    for character in characters {
        let mut album = Album::new(engine, character);
        for ((setting, found), all) in settings.iter().zip(&mut found).zip(&mut all) {
            let painted = paint(&mut album, *setting, interval, observe)?;
            found.push((character.name.clone(), Figures::of(&painted)));
            all.extend(painted);
        }
    }
    let each = all.iter().zip(found);
    Ok(each.map(|(all, characters)| Result { overall: Figures::of(all), characters }).collect())
}

/// Paints the drawings of one character.
fn paint(
    album: &mut Album<'_>,
    setting: Setting,
    interval: usize,
    observe: &mut dyn FnMut(),
) -> std::result::Result<Vec<Painted>, EvalError> {
    let mut painter = Painter { sheets: album.sheets(setting.shots)?, album, last: None };
    let mut painted = Vec::new();
    for target in setting.protocol.targets(painter.album.count(), interval) {
        painted.extend(painter.paint(&target)?);
        observe();
    }
    Ok(painted)
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

/// Paints the drawings of one character in one setting.
struct Painter<'a, 'b> {
    album: &'a mut Album<'b>,
    sheets: Vec<Rc<Seen>>,
    /// What was made of the drawing painted last.
    last: Option<Guess>,
}

impl Painter<'_, '_> {
    /// Paints a target; `None` if it has no reference.
    fn paint(&mut self, target: &Target) -> std::result::Result<Option<Painted>, EvalError> {
        let guess = match &self.last {
            Some(guess) if Some(guess.drawing) == target.painted => {
                Some((self.album.drawing(guess.drawing)?, guess))
            }
            _ => None,
        };
        let given = target.given.iter().map(|&number| self.album.drawing(number));
        let given = given.collect::<std::result::Result<Vec<_>, _>>()?;
        let seen = self.album.drawing(target.drawing)?;
        let guess = guess.as_ref().map(|(seen, guess)| Known {
            features: &seen.features,
            colours: &guess.colours,
            trust: &guess.trust,
        });
        let given = given.iter().chain(&self.sheets).map(|seen| seen.known());
        let known: Vec<Known<'_>> = guess.into_iter().chain(given).collect();
        if known.is_empty() {
            return Ok(None);
        }
        let matches = self.album.decide(target.drawing, &seen, &known)?;
        let result = judge(&seen, &matches, &known);
        let colour = |matched: &Option<Match>| matched.map_or(Rgba([0; 4]), |matched| matched.colour);
        let trust = |matched: &Option<Match>| matched.map_or(0.0, |matched| matched.confidence);
        let colours = matches.iter().map(colour).collect();
        let trust = matches.iter().map(trust).collect();
        self.last = Some(Guess { drawing: target.drawing, colours, trust });
        Ok(Some(result))
    }
}

/// Compares what was decided with the truth. Every colour with alpha 0 is background.
fn judge(drawing: &Seen, matches: &[Option<Match>], known: &[Known<'_>]) -> Painted {
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
