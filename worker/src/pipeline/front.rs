//! What stands first among the references of the next target.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use common::{Before, Digest, Job};

use super::load::DrawingFile;
use super::previous::Earlier;
use super::reference::{PreparedReference, ReferenceShelf};
use super::{Failure, PaintError, Tools};
use crate::sidecar::Sidecar;

/// What stands first among the references of the next target.
pub(super) enum Front {
    Nothing,
    Ready(Rc<PreparedReference>),
    /// Painted before; prepared only when the next target must be painted.
    Earlier(Box<Earlier>),
}

impl Front {
    /// What a job begins with: what stands before it in its run, if that can be used.
    pub fn before(
        job: &Job,
        shelf: &mut ReferenceShelf,
        tools: &Tools<'_>,
        failed: impl FnOnce(Failure),
    ) -> Option<Self> {
        match job.before.as_ref()? {
            Before::Corrected(reference) => shelf.get(reference, tools, failed).map(Self::Ready),
            Before::Painted { key, line, sidecar } => painted(key, line, sidecar, tools).map_err(failed).ok(),
        }
    }

    /// Prepares a drawing painted before. One that does not fit its sidecar is left out.
    pub fn prepare(&mut self, tools: &Tools<'_>) -> Option<Rc<PreparedReference>> {
        *self = match std::mem::replace(self, Self::Nothing) {
            Self::Earlier(earlier) => {
                let prepared = earlier.prepare(tools.settings, tools.times);
                prepared.map_or(Self::Nothing, |prepared| Self::Ready(Rc::new(prepared)))
            }
            other => other,
        };
        if let Self::Ready(reference) = self { Some(Rc::clone(reference)) } else { None }
    }

    /// Whether this very reference stands in front.
    pub fn is(&self, reference: Option<&Rc<PreparedReference>>) -> bool {
        match (self, reference) {
            (Self::Ready(front), Some(reference)) => Rc::ptr_eq(front, reference),
            _ => false,
        }
    }

    pub fn identity(&self) -> Option<&Digest> {
        match self {
            Self::Nothing => None,
            Self::Ready(reference) => Some(&reference.identity),
            Self::Earlier(earlier) => Some(&earlier.identity),
        }
    }
}

/// A drawing that an earlier job of the run painted, as if it had been painted here.
fn painted(key: &str, line: &Path, sidecar: &Path, tools: &Tools<'_>) -> Result<Front, Failure> {
    let read = || Ok(serde_json::from_slice::<Sidecar>(&std::fs::read(sidecar)?)?);
    let found = read().map_err(|error| Failure::new(sidecar, &PaintError::NoSidecar(error)))?;
    let identity = found.fingerprint.clone();
    if let Some(kept) = tools.references.get(tools.engine, tools.settings, &identity) {
        return Ok(Front::Ready(Rc::new(PreparedReference::embedded(key.to_owned(), identity, kept))));
    }
    let file = DrawingFile::load(line, tools.times).map_err(|error| Failure::new(line, &error))?;
    let earlier =
        Earlier { name: key.to_owned(), identity, line: Arc::new(file), sidecar: found, edited: None };
    Ok(Front::Earlier(Box::new(earlier)))
}
