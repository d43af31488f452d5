//! The pipeline: read and segment ahead on one thread, the engine on the calling thread, paint and write on a third.
//!
//! The channels between them hold one drawing each, so that the engine never waits and memory stays bounded.

mod cache;
mod error;
mod front;
mod given;
mod label;
mod load;
mod previous;
mod reference;
mod settings;
mod stages;
mod stop;
mod walk;
mod write;

use std::sync::mpsc::sync_channel;

use common::{Drawing, Job};

use self::error::PaintError;
use self::load::{DrawingFile, Segmented};
use crate::engine::Engine;
use crate::sidecar::Sidecar;

pub use self::cache::{CacheUse, ReferenceCache};
pub use self::error::{Cause, Failure};
pub use self::given::give;
pub use self::label::label;
pub use self::settings::Settings;
pub use self::stages::{Stage, StageTimes, Watcher};
pub use self::stop::Stop;

/// What a run paints with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// What compares segments.
    pub engine: &'a dyn Engine,
    /// What holds for the whole run.
    pub settings: &'a Settings,
    /// References that were embedded before.
    pub references: &'a ReferenceCache,
    /// Where the time goes.
    pub times: &'a StageTimes,
    /// Ends the run early.
    pub stop: &'a Stop,
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
pub fn run(tools: Tools<'_>, jobs: &[Job], observe: &(dyn Fn(Event) + Sync)) {
    let Tools { settings, times, .. } = tools;
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
        walk::Painter { tools, observe, finished }.walk(jobs, &drawings);
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

#[cfg(test)]
mod tests;
