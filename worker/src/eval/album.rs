//! The drawings of a character as an engine sees them.

use std::collections::HashMap;
use std::rc::Rc;

use cel::Rgba;

use super::data_set::EvalFiles;
use super::{Character, EvalDrawing, EvalError};
use crate::engine::{Engine, SegmentFeatures};
use crate::matching::{Known, Match, decide};

/// A drawing as it truly is, without its pixels.
pub(super) struct Seen {
    pub features: SegmentFeatures,
    /// True colour of each segment.
    pub colours: Vec<Rgba>,
    /// Pixels of each segment.
    pub areas: Vec<u32>,
    trust: Vec<f32>,
}

impl Seen {
    pub(super) fn known(&self) -> Known<'_> {
        Known { features: &self.features, colours: &self.colours, trust: &self.trust }
    }
}

/// The drawings of one character: each is read, and seen by the engine, when first asked for.
pub(super) struct Album<'a> {
    engine: &'a dyn Engine,
    character: &'a Character,
    drawings: HashMap<usize, Rc<Seen>>,
    sheets: Vec<Rc<Seen>>,
}

impl<'a> Album<'a> {
    pub(super) fn new(engine: &'a dyn Engine, character: &'a Character) -> Self {
        Self { engine, character, drawings: HashMap::new(), sheets: Vec::new() }
    }

    /// How many drawings there are.
    pub(super) fn count(&self) -> usize {
        self.character.drawings.len()
    }

    pub(super) fn drawing(&mut self, number: usize) -> Result<Rc<Seen>, EvalError> {
        if let Some(seen) = self.drawings.get(&number) {
            return Ok(Rc::clone(seen));
        }
        let seen = look(self.engine, &self.character.drawings[number])?;
        self.drawings.insert(number, Rc::clone(&seen));
        Ok(seen)
    }

    /// The first `count` sheets, or as many as there are.
    pub(super) fn sheets(&mut self, count: usize) -> Result<Vec<Rc<Seen>>, EvalError> {
        let count = count.min(self.character.sheets.len());
        for files in self.character.sheets.iter().take(count).skip(self.sheets.len()) {
            self.sheets.push(look(self.engine, files)?);
        }
        Ok(self.sheets[..count].to_vec())
    }

    /// What the engine decides of a drawing.
    pub(super) fn decide(
        &self,
        number: usize,
        seen: &Seen,
        known: &[Known<'_>],
    ) -> Result<Vec<Option<Match>>, EvalError> {
        let path = &self.character.drawings[number].line;
        decide(self.engine, seen.colours.len(), &seen.features, known)
            .map_err(|source| EvalError::Engine { path: path.clone(), source })
    }
}

/// Reads a drawing and lets the engine see it.
fn look(engine: &dyn Engine, files: &EvalFiles) -> Result<Rc<Seen>, EvalError> {
    let EvalDrawing { drawing, labels, colours, areas } = files.load()?;
    let features = engine
        .embed(&drawing, &labels)
        .map_err(|source| EvalError::Engine { path: files.line.clone(), source })?;
    Ok(Rc::new(Seen { features, trust: vec![1.0; colours.len()], colours, areas }))
}
