//! The result of an earlier run: whether it still stands, and how it serves as reference.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cel::FileKind;
use common::Digest;

use super::Settings;
use super::load::{DrawingFile, Segmented};
use super::reference::{Painted, PreparedReference};
use super::stages::StageTimes;
use crate::sidecar::Sidecar;

/// How the painted file of an earlier run stands to what we would paint now.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    /// There is none, or it follows from other input.
    Stale,
    /// It is what we would paint.
    Unchanged,
    /// A person has edited it, whatever it follows from. The digest is that of the edited file.
    Edited(Digest),
}

/// Judges the painted file of an earlier run.
pub(super) fn standing(earlier: Option<&Sidecar>, fingerprint: &Digest, painted: &Path) -> Standing {
    let Some(earlier) = earlier else { return Standing::Stale };
    let Ok(bytes) = std::fs::read(painted) else { return Standing::Stale };
    let digest = Digest::of(&bytes);
    if digest == earlier.painted {
        let same = earlier.fingerprint == *fingerprint;
        return if same { Standing::Unchanged } else { Standing::Stale };
    }
    // A file that does not open is damage, not somebody's work.
    let opens = FileKind::from_path(painted).is_some_and(|kind| cel::codec::decode(&bytes, kind).is_ok());
    if opens { Standing::Edited(digest) } else { Standing::Stale }
}

/// The painted drawing of an earlier run as the reference of the next one; nothing of it is computed again before
/// that one must really be painted.
pub(super) struct Earlier {
    pub name: String,
    pub identity: Digest,
    pub line: Arc<DrawingFile>,
    pub sidecar: Sidecar,
    /// The painted file, if a person has edited it: the colours are read from there, not from the sidecar.
    pub edited: Option<PathBuf>,
}

impl Earlier {
    /// Segments the drawing and finds its colours; `None` if an edited file has gone or does not fit.
    pub fn prepare(self, settings: &Settings, times: &StageTimes) -> Option<PreparedReference> {
        let segmented = match &self.sidecar.gaps {
            Some(gaps) => Segmented::new(self.line.decode(times).ok()?, Some(gaps.clone()), settings).ok()?,
            None => self.line.segment(settings, times, &[]).ok()?,
        };
        let painted = match &self.edited {
            Some(edited) => {
                let edited = cel::codec::read(edited).ok()?;
                Painted::by_hand(segmented.colours(&edited, settings).ok()?)
            }
            None => self.painted(&segmented)?,
        };
        Some(PreparedReference::waiting(self.name, self.identity, painted, segmented))
    }

    fn painted(&self, segmented: &Segmented) -> Option<Painted> {
        let segments = &self.sidecar.segments;
        let colours = segments.iter().map(|segment| segment.rgba).collect();
        let trust = segments.iter().map(|segment| segment.confidence).collect();
        (segments.len() == segmented.labels.count as usize).then_some(Painted { colours, trust })
    }
}
