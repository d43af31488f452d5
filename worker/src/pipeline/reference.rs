//! References of a job: prepared once, embedded when first compared with, kept while the next job uses them too.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use cel::Rgba;
use common::{Before, Digest, Job, Reference};

use super::cache::Kept;
use super::load::{ReferenceFiles, Segmented};
use super::{Failure, PaintError, Tools};
use crate::engine::SegmentFeatures;

/// A reference as the painter holds it.
pub(super) struct PreparedReference {
    /// Name in provenance.
    pub name: String,
    /// Digest of everything its features and colours follow from.
    pub identity: Digest,
    /// Its colours.
    pub painted: Arc<Painted>,
    features: RefCell<State>,
}

/// The colours of a drawing's segments, in label order, and how sure each is: 1 where a person painted.
#[derive(Debug)]
pub(super) struct Painted {
    pub colours: Vec<Rgba>,
    pub trust: Vec<f32>,
}

impl Painted {
    /// Colours that a person chose.
    pub fn by_hand(colours: Vec<Rgba>) -> Self {
        let trust = vec![1.0; colours.len()];
        Self { colours, trust }
    }
}

enum State {
    /// Not compared with yet. The drawing is let go once its features are known.
    Waiting(Box<Segmented>),
    Embedded(Arc<SegmentFeatures>),
}

impl PreparedReference {
    /// A drawing whose features are not known yet.
    pub fn waiting(name: String, identity: Digest, painted: Painted, segmented: Segmented) -> Self {
        let features = RefCell::new(State::Waiting(Box::new(segmented)));
        Self { name, identity, painted: Arc::new(painted), features }
    }

    /// A drawing whose features are known: it was just painted, or comes from the cache.
    pub fn embedded(name: String, identity: Digest, kept: Kept) -> Self {
        let features = RefCell::new(State::Embedded(kept.features));
        Self { name, identity, painted: kept.painted, features }
    }

    /// Its features, if they are known.
    fn known(&self) -> Option<Arc<SegmentFeatures>> {
        match &*self.features.borrow() {
            State::Embedded(features) => Some(Arc::clone(features)),
            State::Waiting(_) => None,
        }
    }

    /// Keeps its features, for others, too.
    fn learn(&self, features: SegmentFeatures, tools: &Tools<'_>) {
        *self.features.borrow_mut() = State::Embedded(Arc::new(features));
        self.keep(tools);
    }

    /// Puts it into the cache, if its features are known.
    pub fn keep(&self, tools: &Tools<'_>) {
        if let State::Embedded(features) = &*self.features.borrow() {
            let kept = Kept { painted: Arc::clone(&self.painted), features: Arc::clone(features) };
            tools.references.put(tools.engine, tools.settings, &self.identity, kept);
        }
    }
}

/// Features of references, computed when they are first asked for.
pub(super) fn features(
    references: &[Rc<PreparedReference>],
    tools: &Tools<'_>,
) -> Result<Vec<Arc<SegmentFeatures>>, PaintError> {
    let unknown: Vec<_> = references.iter().filter(|reference| reference.known().is_none()).collect();
    let embedded = {
        let states: Vec<_> = unknown.iter().map(|reference| reference.features.borrow()).collect();
        let waiting = states.iter().filter_map(|state| match &**state {
            State::Waiting(segmented) => Some(segmented.as_ref()),
            State::Embedded(_) => None,
        });
        tools.embed(&waiting.collect::<Vec<_>>())
    };
    for (reference, features) in unknown.into_iter().zip(embedded) {
        reference.learn(features?, tools);
    }
    references.iter().map(|reference| reference.known().ok_or(PaintError::NoReference)).collect()
}

/// The references of the current job, by their files. A reference that failed stays here too, so that it is reported
/// once.
#[derive(Default)]
pub(super) struct ReferenceShelf {
    prepared: HashMap<(PathBuf, PathBuf), Option<Rc<PreparedReference>>>,
}

impl ReferenceShelf {
    /// Lets go of what this job does not use: consecutive jobs share sheets and anchors, others rarely do.
    pub fn turn_to(&mut self, job: &Job) {
        let corrected = match &job.before {
            Some(Before::Corrected(reference)) => Some(reference),
            _ => None,
        };
        let wanted: Vec<_> = job.sheets.iter().chain(&job.anchor).chain(corrected).map(key).collect();
        self.prepared.retain(|key, kept| kept.is_none() || wanted.contains(key));
    }

    /// A reference ready to compare with; `None` if it cannot be used, which `failed` is told once.
    pub fn get(
        &mut self,
        reference: &Reference,
        tools: &Tools<'_>,
        failed: impl FnOnce(Failure),
    ) -> Option<Rc<PreparedReference>> {
        let prepare = || match prepare(reference, tools) {
            Ok(prepared) => Some(Rc::new(prepared)),
            Err(failure) => {
                failed(failure);
                None
            }
        };
        self.prepared.entry(key(reference)).or_insert_with(prepare).clone()
    }
}

fn prepare(reference: &Reference, tools: &Tools<'_>) -> Result<PreparedReference, Failure> {
    let files = ReferenceFiles::load(reference, tools.times)?;
    let (name, identity) = (reference.name.clone(), files.identity());
    if let Some(kept) = tools.references.get(tools.engine, tools.settings, &identity) {
        return Ok(PreparedReference::embedded(name, identity, kept));
    }
    let (segmented, colours) = files.segment(reference, tools.settings, tools.times)?;
    Ok(PreparedReference::waiting(name, identity, Painted::by_hand(colours), segmented))
}

fn key(reference: &Reference) -> (PathBuf, PathBuf) {
    (reference.line.clone(), reference.painted.clone())
}
