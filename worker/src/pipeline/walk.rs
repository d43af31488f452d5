//! The walk through the jobs: what each target is painted from, and what the engine says of it.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender};

use common::{Drawing, Job};

use super::load::Segmented;
use super::previous::{Earlier, Standing, standing};
use super::reference::{Painted, PreparedReference, ReferenceShelf};
use super::stages::{Stage, StageTimes};
use super::write::Painting;
use super::{Event, Failure, Fetched, PaintError, Settings, fingerprint};
use crate::engine::{Engine, SegmentFeatures};
use crate::matching::{Known, Match, decide};

/// The engine's side of the pipeline.
pub(super) struct Painter<'a> {
    pub engine: &'a dyn Engine,
    pub settings: &'a Settings,
    pub times: &'a StageTimes,
    pub observe: &'a (dyn Fn(Event) + Sync),
    pub finished: SyncSender<Painting>,
}

/// What stands first among the references of the next target.
enum Front {
    Nothing,
    Ready(Rc<PreparedReference>),
    /// Painted in an earlier run; prepared only when the next target must be painted.
    Earlier(Box<Earlier>, PathBuf),
}

impl Painter<'_> {
    /// Paints the jobs; `drawings` yields their targets in order.
    pub fn walk(&self, jobs: &[Job], drawings: &Receiver<Fetched>) {
        let mut shelf = ReferenceShelf::default();
        for job in jobs {
            shelf.turn_to(job);
            let report = |failure| (self.observe)(Event::ReferenceFailed(failure));
            let mut get = |reference| shelf.get(reference, self.settings.alpha, self.times, report);
            let anchor = job.anchor.as_ref().and_then(&mut get);
            let mut front = anchor.clone().map_or(Front::Nothing, Front::Ready);
            let mut others: Vec<_> = job.sheets.iter().filter_map(get).collect();
            for target in &job.targets {
                let Ok(fetched) = drawings.recv() else { return };
                match self.paint(target, fetched, &mut front, &others) {
                    Ok(painted) if job.carry => {
                        // The anchor stays a reference: what a person painted keeps a chain from drifting.
                        if front.is(anchor.as_ref()) {
                            others.splice(0..0, anchor.clone());
                        }
                        front = painted;
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let failure = Failure::new(&target.line, &error);
                        (self.observe)(Event::Failed(target.key.clone(), failure));
                    }
                }
            }
        }
    }

    /// Paints one target, unless an earlier result stands; gives it back as a reference.
    fn paint(
        &self,
        target: &Drawing,
        fetched: Fetched,
        front: &mut Front,
        others: &[Rc<PreparedReference>],
    ) -> Result<Front, PaintError> {
        let line = fetched.line?;
        let identities = front.identity().into_iter().chain(others.iter().map(|other| &other.identity));
        let fingerprint = fingerprint(self.engine, self.settings, &line.digest, identities);
        let painted = self.settings.painted(&target.key);
        let standing = standing(fetched.earlier.as_ref(), &fingerprint, &painted);
        if let (Some(sidecar), Some((identity, edited))) = (fetched.earlier, stands(standing, &fingerprint)) {
            let event = if edited { Event::Edited } else { Event::Unchanged };
            (self.observe)(event(target.key.clone()));
            let earlier = Earlier { name: target.key.clone(), identity, line, sidecar, edited };
            return Ok(Front::Earlier(Box::new(earlier), painted));
        }
        let segmented = match fetched.segmented {
            Some(segmented) => segmented?,
            None => line.segment(self.settings.alpha, self.times)?,
        };
        let references = self.references(front, others);
        let (features, matches) = self.decide(&segmented, &references)?;
        let decided = Painted {
            colours: matches.iter().map(|matched| matched.colour).collect(),
            trust: matches.iter().map(|matched| matched.confidence).collect(),
        };
        let names = references.iter().map(|reference| reference.name.clone()).collect();
        let key = target.key.clone();
        let reference = PreparedReference::embedded(key.clone(), fingerprint.clone(), decided, features);
        let line = target.line.clone();
        let painting = Painting { key, line, fingerprint, segmented, matches, names };
        // The receiver lives as long as the pipeline does.
        let _ = self.finished.send(painting);
        Ok(Front::Ready(Rc::new(reference)))
    }

    /// All references of a target: what stands in front, then the others.
    fn references(&self, front: &mut Front, others: &[Rc<PreparedReference>]) -> Vec<Rc<PreparedReference>> {
        *front = match std::mem::replace(front, Front::Nothing) {
            Front::Earlier(earlier, painted) => {
                let prepared = earlier.prepare(&painted, self.settings.alpha, self.times);
                prepared.map_or(Front::Nothing, |prepared| Front::Ready(Rc::new(prepared)))
            }
            other => other,
        };
        let first = if let Front::Ready(reference) = front { Some(Rc::clone(reference)) } else { None };
        first.into_iter().chain(others.iter().cloned()).collect()
    }

    fn decide(
        &self,
        segmented: &Segmented,
        references: &[Rc<PreparedReference>],
    ) -> Result<(Rc<SegmentFeatures>, Vec<Match>), PaintError> {
        if references.is_empty() {
            return Err(PaintError::NoReference);
        }
        let embed = || self.engine.embed(&segmented.drawing, &segmented.labels);
        let features = Rc::new(self.times.time(Stage::Embed, embed)?);
        let embedded: Vec<_> = references
            .iter()
            .map(|reference| reference.features(self.engine, self.times))
            .collect::<Result<_, _>>()?;
        let matches = self.times.time(Stage::Match, || -> Result<_, PaintError> {
            let known = embedded.iter().zip(references).map(|(features, reference)| Known {
                features,
                colours: &reference.colours,
                trust: &reference.trust,
            });
            let segments = segmented.labels.count as usize;
            let matches = decide(self.engine, segments, &features, &known.collect::<Vec<_>>())?;
            matches.into_iter().collect::<Option<Vec<Match>>>().ok_or(PaintError::NoReference)
        })?;
        Ok((features, matches))
    }
}

/// Whether an earlier result stands: its identity as a reference, and whether a person edited it.
fn stands(standing: Standing, fingerprint: &common::Digest) -> Option<(common::Digest, bool)> {
    match standing {
        Standing::Stale => None,
        Standing::Unchanged => Some((fingerprint.clone(), false)),
        Standing::Edited(digest) => Some((digest, true)),
    }
}

impl Front {
    /// Whether this very reference stands in front.
    fn is(&self, reference: Option<&Rc<PreparedReference>>) -> bool {
        match (self, reference) {
            (Self::Ready(front), Some(reference)) => Rc::ptr_eq(front, reference),
            _ => false,
        }
    }

    fn identity(&self) -> Option<&common::Digest> {
        match self {
            Self::Nothing => None,
            Self::Ready(reference) => Some(&reference.identity),
            Self::Earlier(earlier, _) => Some(&earlier.identity),
        }
    }
}
