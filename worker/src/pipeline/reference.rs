//! References of a job: prepared once, embedded when first compared with, kept while the next job uses them too.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use cel::{AlphaRule, Rgba};
use common::{Digest, Job, Reference};

use super::load::{LoadedReference, Segmented};
use super::stages::{Stage, StageTimes};
use super::{Failure, PaintError};
use crate::engine::{Engine, SegmentFeatures};

/// A reference as the painter holds it.
pub(super) struct PreparedReference {
    /// Name in provenance.
    pub name: String,
    /// Digest of everything its features and colours follow from.
    pub identity: Digest,
    /// Colour of each segment, in label order.
    pub colours: Vec<Rgba>,
    /// Probability that each colour is right; 1 where a person painted.
    pub trust: Vec<f32>,
    features: RefCell<State>,
}

/// The colours of a drawing's segments, in label order, and how sure each is.
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
    Embedded(Rc<SegmentFeatures>),
}

impl PreparedReference {
    /// A drawing whose features are not known yet.
    pub fn waiting(name: String, identity: Digest, painted: Painted, segmented: Segmented) -> Self {
        let features = RefCell::new(State::Waiting(Box::new(segmented)));
        Self { name, identity, colours: painted.colours, trust: painted.trust, features }
    }

    /// A drawing just painted: its features were computed as a target.
    pub fn embedded(name: String, identity: Digest, painted: Painted, features: Rc<SegmentFeatures>) -> Self {
        let features = RefCell::new(State::Embedded(features));
        Self { name, identity, colours: painted.colours, trust: painted.trust, features }
    }

    /// Its features, computed at the first call.
    pub fn features(
        &self,
        engine: &dyn Engine,
        times: &StageTimes,
    ) -> Result<Rc<SegmentFeatures>, PaintError> {
        let mut state = self.features.borrow_mut();
        if let State::Waiting(segmented) = &*state {
            let embed = || engine.embed(&segmented.drawing, &segmented.labels);
            *state = State::Embedded(Rc::new(times.time(Stage::Embed, embed)?));
        }
        match &*state {
            State::Embedded(features) => Ok(Rc::clone(features)),
            State::Waiting(_) => Err(PaintError::NoReference),
        }
    }
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
        let wanted: Vec<_> = job.sheets.iter().chain(&job.anchor).map(key).collect();
        self.prepared.retain(|key, kept| kept.is_none() || wanted.contains(key));
    }

    /// A reference ready to compare with; `None` if it cannot be used, which `failed` is told once.
    pub fn get(
        &mut self,
        reference: &Reference,
        alpha: AlphaRule,
        times: &StageTimes,
        failed: impl FnOnce(Failure),
    ) -> Option<Rc<PreparedReference>> {
        let prepare = || match LoadedReference::load(reference, alpha, times) {
            Ok(LoadedReference { identity, segmented, colours }) => {
                let name = reference.name.clone();
                let painted = Painted::by_hand(colours);
                Some(Rc::new(PreparedReference::waiting(name, identity, painted, segmented)))
            }
            Err(failure) => {
                failed(failure);
                None
            }
        };
        self.prepared.entry(key(reference)).or_insert_with(prepare).clone()
    }
}

fn key(reference: &Reference) -> (PathBuf, PathBuf) {
    (reference.line.clone(), reference.painted.clone())
}
