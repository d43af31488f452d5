//! The drawings that are ready to be painted, and those among them that the engine has seen with others.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use common::Drawing;

use super::load::{DrawingFile, Segmented};
use super::neighbours::{Neighbour, Neighbours};
use super::stages::StageTimes;
use super::{PaintError, Settings, Tools};
use crate::engine::{EngineError, SegmentFeatures};
use crate::sidecar::Sidecar;

/// A target as the thread ahead hands it over.
pub(super) struct Fetched {
    pub line: Result<Arc<DrawingFile>, PaintError>,
    /// The drawings that tell which of its gaps are closed.
    pub neighbours: Vec<Arc<Neighbour>>,
    /// Segmented already where it will surely be painted: where no result of an earlier run lies.
    pub segmented: Option<Result<Segmented, PaintError>>,
    /// The result of an earlier run.
    pub earlier: Option<Sidecar>,
    /// Known where it was in the batch of a drawing before it.
    pub features: Option<Result<SegmentFeatures, EngineError>>,
}

impl Fetched {
    pub fn new(target: &Drawing, neighbours: &Neighbours, settings: &Settings, times: &StageTimes) -> Self {
        let line = DrawingFile::load(&target.line, times).map(Arc::new);
        let earlier = Sidecar::read(&settings.painted(&target.key));
        let neighbours = neighbours.all();
        let segmented = match (&line, &earlier) {
            (Ok(line), None) => Some(segment(line, &neighbours, settings, times)),
            _ => None,
        };
        Self { line, neighbours, segmented, earlier, features: None }
    }

    /// The file, if it holds a drawing that can be painted, as far as that is known.
    pub const fn paintable(&self) -> Option<&Arc<DrawingFile>> {
        match (&self.line, &self.segmented) {
            (Ok(line), None | Some(Ok(_))) => Some(line),
            _ => None,
        }
    }

    /// The drawing, if the engine will have to see it and has not.
    fn unseen(&self) -> Option<&Segmented> {
        match (&self.segmented, &self.features) {
            (Some(Ok(segmented)), None) => Some(segmented),
            _ => None,
        }
    }
}

/// Segments a target, its gaps closed as its neighbours tell.
pub(super) fn segment(
    line: &DrawingFile,
    neighbours: &[Arc<Neighbour>],
    settings: &Settings,
    times: &StageTimes,
) -> Result<Segmented, PaintError> {
    let precedents = neighbours.iter().filter_map(|neighbour| neighbour.precedent(settings, times));
    line.segment(settings, times, &precedents.collect::<Vec<_>>())
}

/// The targets in order. Features do not follow from the references, so that a batch may hold drawings that are painted
/// from each other.
pub(super) struct Ahead<'a> {
    drawings: &'a Receiver<Fetched>,
    tools: Tools<'a>,
    waiting: VecDeque<Fetched>,
}

impl<'a> Ahead<'a> {
    pub const fn new(drawings: &'a Receiver<Fetched>, tools: Tools<'a>) -> Self {
        Self { drawings, tools, waiting: VecDeque::new() }
    }

    /// The next target; `None` after the last one.
    pub fn next(&mut self) -> Option<Fetched> {
        self.waiting.pop_front().or_else(|| self.drawings.recv().ok())
    }

    /// Features of a drawing; those that come after it join the batch.
    pub fn embed(&mut self, segmented: &Segmented) -> Result<SegmentFeatures, EngineError> {
        while self.waiting.len() + 1 < self.tools.batch.size()
            && let Ok(next) = self.drawings.recv()
        {
            self.waiting.push_back(next);
        }
        let joining: Vec<_> = self.waiting.iter_mut().filter(|fetched| fetched.unseen().is_some()).collect();
        let unseen = joining.iter().filter_map(|fetched| fetched.unseen());
        let batch: Vec<_> = std::iter::once(segmented).chain(unseen).collect();
        let mut embedded = self.tools.embed(&batch).into_iter();
        let own = embedded.next();
        for (fetched, features) in joining.into_iter().zip(embedded) {
            fetched.features = Some(features);
        }
        own.unwrap_or_else(|| Err(EngineError::Lost))
    }
}
