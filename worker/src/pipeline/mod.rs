//! The pipeline: read and segment ahead on one thread, the engine on the calling thread, paint and write on a third.
//!
//! The channels between them hold one drawing each, so that the engine never waits and memory stays bounded.

mod error;
mod given;
mod load;
mod previous;
mod reference;
mod stages;
mod walk;
mod write;

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use cel::{AlphaRule, InkRule};
use common::{Digest, Drawing, Job};

use self::error::PaintError;
use self::load::{DrawingFile, Segmented};
use crate::engine::Engine;
use crate::sidecar::Sidecar;

pub use self::error::Failure;
pub use self::given::give;
pub use self::stages::{Stage, StageTimes};

/// What holds for a whole run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the painted drawings.
    pub out: PathBuf,
    /// How alpha is read in line drawings.
    pub alpha: AlphaRule,
}

impl Settings {
    /// Line that is not opaque black stays as it was drawn, unless the reference implementation is replayed.
    fn ink(&self) -> InkRule {
        match self.alpha {
            AlphaRule::Composite => InkRule::AsDrawn,
            AlphaRule::Reference => InkRule::OpaqueBlackOnly,
        }
    }

    fn painted(&self, key: &str) -> PathBuf {
        self.out.join(key)
    }
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The drawing of this key was painted.
    Painted(String),
    /// The drawing of this key was painted before, and nothing it follows from has changed.
    Unchanged(String),
    /// The drawing of this key was painted before, and a person has edited the painted file since: it is kept, even
    /// if it would be painted otherwise now.
    Edited(String),
    /// The drawing of this key was not painted.
    Failed(String, Failure),
    /// A reference cannot be used. The drawings are painted from the others.
    ReferenceFailed(Failure),
}

/// Paints jobs in order and tells `observe` of every drawing, from any thread.
pub fn run(
    engine: &dyn Engine,
    jobs: &[Job],
    settings: &Settings,
    times: &StageTimes,
    observe: &(dyn Fn(Event) + Sync),
) {
    std::thread::scope(|scope| {
        let (ahead, drawings) = sync_channel(1);
        let (finished, to_write) = sync_channel(1);
        scope.spawn(move || {
            for target in jobs.iter().flat_map(|job| &job.targets) {
                if ahead.send(Fetched::new(target, settings, times)).is_err() {
                    return;
                }
            }
        });
        scope.spawn(move || {
            for painting in to_write {
                observe(write::commit(painting, settings, times));
            }
        });
        let painter = walk::Painter { engine, settings, times, observe, finished };
        painter.walk(jobs, &drawings);
    });
}

/// A target as the thread ahead hands it over.
struct Fetched {
    line: Result<DrawingFile, PaintError>,
    /// Segmented already where it will surely be painted: where no result of an earlier run lies.
    segmented: Option<Result<Segmented, PaintError>>,
    /// The result of an earlier run.
    earlier: Option<Sidecar>,
}

impl Fetched {
    fn new(target: &Drawing, settings: &Settings, times: &StageTimes) -> Self {
        let line = DrawingFile::load(&target.line, times);
        let earlier = Sidecar::read(&settings.painted(&target.key));
        let segmented = match (&line, &earlier) {
            (Ok(line), None) => Some(line.segment(settings.alpha, times)),
            _ => None,
        };
        Self { line, segmented, earlier }
    }
}

/// Everything the result of a target follows from, as one digest.
///
/// A drawing painted by ourselves counts by its own fingerprint: same fingerprint, same bytes.
fn fingerprint<'a>(
    engine: &dyn Engine,
    settings: &Settings,
    line: &'a Digest,
    references: impl Iterator<Item = &'a Digest>,
) -> Digest {
    const FORMAT: &[u8] = b"shiage painting 2";
    let alpha = settings.alpha.name();
    let fixed = [FORMAT, engine.digest().as_str().as_bytes(), alpha.as_bytes(), line.as_str().as_bytes()];
    Digest::of_parts(fixed.into_iter().chain(references.map(|digest| digest.as_str().as_bytes())))
}

#[cfg(test)]
mod tests;
