//! The walk, with an engine that counts.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cel::{FileFormat, Labels, Rgba, Size};
use common::farm::OutputFormat;
use common::{Digest, Drawing, Reference};

use super::*;
use crate::confidence::Calibration;
use crate::engine::{EngineError, SegmentFeatures, ShapeEngine, Similarities};
use crate::matching::Decision;
use crate::sidecar::Sidecar;

mod batches;
mod cut;
mod gaps;
mod references;

/// The shape engine, counting its forward passes; fails on drawings of one width.
struct Counting {
    passes: AtomicUsize,
    fails_on: u32,
}

impl Engine for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn digest(&self) -> &Digest {
        ShapeEngine.digest()
    }

    fn decision(&self) -> Decision {
        Decision::Nearest
    }

    fn calibration(&self) -> Calibration {
        ShapeEngine.calibration()
    }

    fn embed(&self, drawing: &cel::Drawing, labels: &Labels) -> Result<SegmentFeatures, EngineError> {
        self.passes.fetch_add(1, Ordering::Relaxed);
        if drawing.size.width == self.fails_on {
            return Err(EngineError::ForeignFeatures { engine: "counting" });
        }
        ShapeEngine.embed(drawing, labels)
    }

    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError> {
        ShapeEngine.compare(target, reference)
    }
}

/// A box of `width` by 20 pixels, outlined, with the inside in one colour.
fn save(path: &Path, width: u32, inside: Rgba) {
    let size = Size { width, height: 20 };
    let edge = |x: u32, y: u32| [2, width - 3].contains(&x) || [2, 17].contains(&y);
    let within = |x: u32, y: u32| (2..width - 2).contains(&x) && (2..18).contains(&y);
    let pixel = |x, y| match (within(x, y), edge(x, y)) {
        (true, true) => Rgba::BLACK,
        (true, false) => inside,
        (false, _) => Rgba::EMPTY,
    };
    let pixels = (0..20).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
    let format = FileFormat::Png { sixteen_bit: false };
    let drawing = cel::Drawing { size, pixels, has_alpha: true, format };
    std::fs::write(path, cel::codec::encode(&drawing).unwrap()).unwrap();
}

/// A job of one anchor, one sheet and targets of these widths, in a folder.
fn job(folder: &Path, carry: bool, widths: &[u32]) -> Job {
    let reference = |name: &str| {
        let (line, painted) =
            (folder.join(format!("{name}.png")), folder.join(format!("{name} painted.png")));
        save(&line, 30, Rgba::EMPTY);
        save(&painted, 30, Rgba::opaque(9, 99, 199));
        Reference { name: name.into(), line, painted }
    };
    let target = |(i, &width): (usize, &u32)| {
        let key = format!("{i}.png");
        let line = folder.join(&key);
        save(&line, width, Rgba::EMPTY);
        Drawing { key, line }
    };
    Job {
        clip: "clip".into(),
        anchor: Some(reference("anchor")),
        before: None,
        carry,
        sheets: vec![reference("sheet")],
        targets: widths.iter().enumerate().map(target).collect(),
    }
}

fn settings(out: &Path) -> Settings {
    Settings::new(out.into())
}

fn paint_with(
    engine: &dyn Engine,
    settings: &Settings,
    references: &ReferenceCache,
    jobs: &[Job],
    observe: &(dyn Fn(Event) + Sync),
) {
    let (times, stop) = (StageTimes::default(), Stop::default());
    let batch = &Batch::new(1);
    run(Tools { engine, settings, batch, references, times: &times, stop: &stop }, jobs, observe);
}

/// Paints jobs; gives back the forward passes and the events.
fn paint(folder: &Path, jobs: &[Job], fails_on: u32) -> (usize, Vec<Event>) {
    let engine = Counting { passes: AtomicUsize::new(0), fails_on };
    let events = Mutex::new(Vec::new());
    let settings = settings(&folder.join("out"));
    paint_with(&engine, &settings, &ReferenceCache::new(0), jobs, &|event| {
        events.lock().unwrap().push(event);
    });
    (engine.passes.into_inner(), events.into_inner().unwrap())
}

fn sources(folder: &Path, key: &str) -> Vec<String> {
    let sidecar = Sidecar::read(&folder.join("out").join(key)).unwrap();
    sidecar.segments.into_iter().map(|segment| segment.source.drawing).collect()
}

#[test]
fn a_chain_costs_one_forward_pass_a_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 32, 33, 34]);
    let (passes, events) = paint(folder.path(), &[job], 0);
    assert_eq!((passes, events.len()), (4 + 2, 4), "four targets, the anchor and the sheet");
}

#[test]
fn references_are_embedded_once_for_all_jobs_that_share_them() {
    let folder = tempfile::tempdir().unwrap();
    let whole = job(folder.path(), false, &[31, 32, 33, 34]);
    let (first, second) = whole.targets.split_at(2);
    let jobs = [first, second].map(|targets| Job { targets: targets.to_vec(), ..whole.clone() });
    assert_eq!(paint(folder.path(), &jobs, 0).0, 4 + 2);
}

#[test]
fn what_is_unchanged_costs_nothing_and_what_follows_a_change_is_embedded_again() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 32, 33]);
    paint(folder.path(), std::slice::from_ref(&job), 0);
    assert_eq!(paint(folder.path(), std::slice::from_ref(&job), 0).0, 0);
    save(&folder.path().join("2.png"), 40, Rgba::EMPTY);
    let (passes, events) = paint(folder.path(), &[job], 0);
    assert_eq!(passes, 4, "the changed drawing, the one before it, the anchor, the sheet");
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Unchanged(_))).count(), 2);
}

#[test]
fn a_drawing_that_the_engine_fails_on_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), true, &[31, 50, 33]);
    job.sheets.clear();
    let (_, events) = paint(folder.path(), &[job], 50);
    let failed: Vec<_> = events.iter().filter(|event| matches!(event, Event::Failed(..))).collect();
    assert!(matches!(failed[..], [Event::Failed(key, _)] if key == "1.png"), "{events:?}");
    assert!(
        sources(folder.path(), "2.png").iter().all(|source| source == "0.png"),
        "from the last one painted"
    );
}
