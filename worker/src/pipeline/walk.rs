//! The walk through the jobs: what each target is painted from, and what the engine says of it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use common::{Drawing, Job};

use super::ahead::{Ahead, Fetched, segment};
use super::cache::Kept;
use super::front::Front;
use super::label::fingerprint;
use super::load::Segmented;
use super::neighbours::identity;
use super::previous::{Earlier, Standing, standing};
use super::reference::{self, Painted, PreparedReference, ReferenceShelf};
use super::stages::Stage;
use super::write::Painting;
use super::{Event, Failure, PaintError, Tools};
use crate::engine::SegmentFeatures;
use crate::matching::{Known, Match, decide};

/// The engine's side of the pipeline.
pub(super) struct Painter<'a> {
    pub tools: Tools<'a>,
    pub observe: &'a (dyn Fn(Event) + Sync),
    pub finished: SyncSender<Painting>,
}

/// What the targets of a job are painted from, besides each other.
struct Run {
    front: Front,
    anchor: Option<Rc<PreparedReference>>,
    /// References after the one in front.
    others: Vec<Rc<PreparedReference>>,
}

impl Run {
    /// Goes on behind a drawing that was painted.
    fn pass(&mut self, painted: Front) {
        // The anchor stays a reference: what a person painted keeps a chain from drifting.
        if self.front.is(self.anchor.as_ref()) {
            self.others.splice(0..0, self.anchor.clone());
        }
        self.front = painted;
    }
}

impl Painter<'_> {
    /// Paints the jobs, or as many of their drawings as there is time for; `ahead` yields their targets in order.
    pub fn walk(&self, jobs: &[Job], ahead: &mut Ahead<'_>) {
        let mut shelf = ReferenceShelf::default();
        for job in jobs {
            let mut run = self.begin(job, &mut shelf);
            for target in &job.targets {
                if self.tools.stop.is_stopped() {
                    return;
                }
                let Some(fetched) = ahead.next() else { return };
                match self.paint(target, fetched, &mut run, ahead) {
                    Ok(painted) if job.carry => run.pass(painted),
                    Ok(_) => {}
                    Err(error) => {
                        let failure = Failure::new(&target.line, &error);
                        (self.observe)(Event::Failed(target.key.clone(), failure));
                    }
                }
            }
            if let Front::Ready(last) = &run.front
                && job.carry
            {
                // The job that goes on with this run may come here, too.
                last.keep(&self.tools);
            }
        }
    }

    fn begin(&self, job: &Job, shelf: &mut ReferenceShelf) -> Run {
        shelf.turn_to(job);
        let report = |failure| (self.observe)(Event::ReferenceFailed(failure));
        let before = Front::before(job, shelf, &self.tools, report);
        let mut get = |reference| shelf.get(reference, &self.tools, report);
        let anchor = job.anchor.as_ref().and_then(&mut get);
        let others = job.sheets.iter().filter_map(get).collect();
        let front = anchor.clone().map_or(Front::Nothing, Front::Ready);
        let mut run = Run { front, anchor, others };
        if let Some(before) = before {
            run.pass(before);
        }
        run
    }

    /// Paints one target, unless an earlier result stands; gives it back as a reference.
    fn paint(
        &self,
        target: &Drawing,
        fetched: Fetched,
        run: &mut Run,
        ahead: &mut Ahead<'_>,
    ) -> Result<Front, PaintError> {
        let Tools { engine, settings, times, .. } = self.tools;
        let line = fetched.line?;
        let others = run.others.iter().map(|other| &other.identity);
        let identities = run.front.identity().into_iter().chain(others);
        let identity = identity(&line, &fetched.neighbours);
        let fingerprint = fingerprint(engine, settings, &identity, identities);
        let painted = settings.painted(&target.key);
        let standing = standing(fetched.earlier.as_ref(), &fingerprint, &painted);
        if let (Some(sidecar), Some((identity, edited))) = (fetched.earlier, stands(standing, &fingerprint)) {
            let event = if edited { Event::Edited } else { Event::Unchanged };
            (self.observe)(event(target.key.clone()));
            let edited = edited.then_some(painted);
            let earlier = Earlier { name: target.key.clone(), identity, line, sidecar, edited };
            return Ok(Front::Earlier(Box::new(earlier)));
        }
        let segmented = match fetched.segmented {
            Some(segmented) => segmented?,
            None => segment(&line, &fetched.neighbours, settings, times)?,
        };
        let first = run.front.prepare(&self.tools);
        let references: Vec<_> = first.into_iter().chain(run.others.iter().cloned()).collect();
        if references.is_empty() {
            return Err(PaintError::NoReference);
        }
        let features = fetched.features.unwrap_or_else(|| ahead.embed(&segmented)).map(Arc::new)?;
        let matches = self.decide(&segmented, &features, &references)?;
        let decided = Painted {
            colours: matches.iter().map(|matched| matched.colour).collect(),
            trust: matches.iter().map(|matched| matched.confidence).collect(),
        };
        let palette = references.iter().flat_map(|reference| &reference.painted.colours).copied().collect();
        let names = references.iter().map(|reference| reference.name.clone()).collect();
        let key = target.key.clone();
        let kept = Kept { painted: Arc::new(decided), features };
        let reference = PreparedReference::embedded(key.clone(), fingerprint.clone(), kept);
        let line = target.line.clone();
        let painting = Painting { key, line, fingerprint, segmented, matches, names, palette };
        // The receiver lives as long as the pipeline does.
        let _ = self.finished.send(painting);
        Ok(Front::Ready(Rc::new(reference)))
    }

    fn decide(
        &self,
        segmented: &Segmented,
        features: &SegmentFeatures,
        references: &[Rc<PreparedReference>],
    ) -> Result<Vec<Match>, PaintError> {
        let Tools { engine, times, .. } = self.tools;
        let embedded = reference::features(references, &self.tools)?;
        times.time(Stage::Match, || {
            let known = embedded.iter().zip(references).map(|(features, reference)| Known {
                features,
                colours: &reference.painted.colours,
                trust: &reference.painted.trust,
            });
            let segments = segmented.labels.count as usize;
            let matches = decide(engine, segments, features, &known.collect::<Vec<_>>())?;
            matches.into_iter().collect::<Option<Vec<Match>>>().ok_or(PaintError::NoReference)
        })
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
