//! The pipeline: read and segment ahead on one thread, the engine on the calling thread, paint and write on a third.
//!
//! The channels between them hold one drawing each, or a batch, so that the engine never waits and memory stays bounded.

mod ahead;
mod batch;
mod cache;
mod error;
mod front;
mod given;
mod label;
mod load;
mod neighbours;
mod previous;
mod reference;
mod settings;
mod stages;
mod stop;
mod walk;
mod write;

use std::sync::mpsc::sync_channel;

use common::Job;

use self::ahead::{Ahead, Fetched};
use self::error::PaintError;
use self::load::Segmented;
use self::neighbours::Neighbours;
use crate::engine::{Engine, EngineError, SegmentFeatures};

pub use self::batch::{Batch, TooSmall, Wanted};
pub use self::cache::{CacheUse, ReferenceCache};
pub use self::error::{Cause, Failure};
pub use self::given::give;
pub use self::label::label;
pub(crate) use self::load::reference_lines;
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
    /// How many drawings the engine sees at a time.
    pub batch: &'a Batch,
    /// References that were embedded before.
    pub references: &'a ReferenceCache,
    /// Where the time goes.
    pub times: &'a StageTimes,
    /// Ends the run early.
    pub stop: &'a Stop,
}

impl Tools<'_> {
    /// Features of drawings, as many at a time as the device has room for.
    fn embed(&self, drawings: &[&Segmented]) -> Vec<Result<SegmentFeatures, EngineError>> {
        if drawings.is_empty() {
            return Vec::new();
        }
        let drawings: Vec<_> = drawings.iter().map(|seen| (&seen.drawing, &seen.labels)).collect();
        self.times.embeds(drawings.iter().map(|(_, labels)| labels.count).sum());
        self.times.time(Stage::Embed, || self.batch.embed(self.engine, &drawings))
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
pub fn run(tools: Tools<'_>, jobs: &[Job], observe: &(dyn Fn(Event) + Sync)) {
    let Tools { settings, times, batch, .. } = tools;
    std::thread::scope(|scope| {
        let (ahead, drawings) = sync_channel(batch.size());
        let (finished, to_write) = sync_channel(1);
        scope.spawn(move || {
            for job in jobs {
                let mut neighbours = Neighbours::of(job, settings, times);
                for target in &job.targets {
                    let fetched = Fetched::new(target, &neighbours, settings, times);
                    if let Some(line) = fetched.paintable() {
                        neighbours.pass(line);
                    }
                    if ahead.send(fetched).is_err() {
                        return;
                    }
                }
            }
        });
        scope.spawn(move || {
            for painting in to_write {
                observe(write::commit(painting, settings, times));
            }
        });
        walk::Painter { tools, observe, finished }.walk(jobs, &mut Ahead::new(&drawings, tools));
    });
}

#[cfg(test)]
mod tests;
