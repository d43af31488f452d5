//! Drawings that go through the engine together.

use std::collections::BTreeMap;

use super::*;

/// The shape engine on a device that has room for so many drawings at a time, and fails on drawings of one width.
struct Small {
    room: usize,
    fails_on: u32,
    batches: Mutex<Vec<usize>>,
}

impl Small {
    fn new(room: usize) -> Self {
        Self { room, fails_on: 0, batches: Mutex::default() }
    }

    fn batches(&self) -> Vec<usize> {
        self.batches.lock().unwrap().clone()
    }
}

impl Engine for Small {
    fn name(&self) -> &'static str {
        "small"
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
        Ok(self.embed_all(&[(drawing, labels)])?.remove(0))
    }

    fn embed_all(&self, drawings: &[(&cel::Drawing, &Labels)]) -> Result<Vec<SegmentFeatures>, EngineError> {
        self.batches.lock().unwrap().push(drawings.len());
        if drawings.len() > self.room {
            let text = "CUDA_ERROR_OUT_OF_MEMORY: out of memory";
            return Err(EngineError::Network(candle_core::Error::Msg(text.into())));
        }
        if drawings.iter().any(|(drawing, _)| drawing.size.width == self.fails_on) {
            return Err(EngineError::ForeignFeatures { engine: "small" });
        }
        drawings.iter().map(|(drawing, labels)| ShapeEngine.embed(drawing, labels)).collect()
    }

    fn compare(
        &self,
        target: &SegmentFeatures,
        reference: &SegmentFeatures,
    ) -> Result<Similarities, EngineError> {
        ShapeEngine.compare(target, reference)
    }
}

/// Paints a job into a folder of its own: the batch at the end, what became of the drawings, and the files.
fn paint_in(
    folder: &Path,
    job: &Job,
    engine: &Small,
    size: usize,
) -> (usize, Vec<Event>, BTreeMap<String, Vec<u8>>) {
    let out = tempfile::tempdir_in(folder).unwrap();
    let (settings, batch, events) = (settings(out.path()), Batch::new(size), Mutex::new(Vec::new()));
    let (times, stop, references) = (StageTimes::default(), Stop::default(), ReferenceCache::new(0));
    let tools = Tools {
        engine,
        settings: &settings,
        batch: &batch,
        references: &references,
        times: &times,
        stop: &stop,
    };
    run(tools, std::slice::from_ref(job), &|event| events.lock().unwrap().push(event));
    (batch.size(), events.into_inner().unwrap(), cut::files(out.path()))
}

#[test]
fn a_chain_is_seen_in_batches_and_comes_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 32, 33, 34, 35]);
    let (_, _, expected) = paint_in(folder.path(), &job, &Small::new(1), 1);
    assert_eq!(expected.len(), 5 * 2);
    for size in [2, 3, 4, 16] {
        let engine = Small::new(16);
        let (_, _, files) = paint_in(folder.path(), &job, &engine, size);
        assert!(files == expected, "batches of {size}");
        assert!(engine.batches().iter().all(|&count| count <= size));
    }
    let engine = Small::new(16);
    paint_in(folder.path(), &job, &engine, 4);
    assert_eq!(engine.batches(), [4, 2, 1], "targets, references, the last target");
}

#[test]
fn a_batch_without_room_is_halved_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 32, 33, 34, 35, 36, 37]);
    let (_, _, expected) = paint_in(folder.path(), &job, &Small::new(1), 1);
    for room in [1, 2, 3, 5] {
        let engine = Small::new(room);
        let (size, events, files) = paint_in(folder.path(), &job, &engine, 7);
        assert!(size <= room && engine.batches()[0] == 7, "room for {room}: {size}");
        assert!(events.iter().all(|event| matches!(event, Event::Painted(_))), "{events:?}");
        assert!(files == expected, "room for {room}");
    }
}

#[test]
fn no_room_for_one_drawing_is_a_lack_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), false, &[31, 32, 33]);
    let (size, events, files) = paint_in(folder.path(), &job, &Small::new(0), 4);
    assert_eq!((size, files.len()), (1, 0));
    for event in &events {
        assert!(matches!(event, Event::Failed(_, failure) if failure.cause == Cause::Memory), "{event:?}");
    }
    assert_eq!(events.len(), 3);
}

#[test]
fn a_drawing_that_fails_takes_no_other_of_its_batch_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 50, 33, 34]);
    let engine = Small { fails_on: 50, ..Small::new(16) };
    let (_, events, _) = paint_in(folder.path(), &job, &engine, 4);
    let failed = events.iter().filter(|event| matches!(event, Event::Failed(..)));
    assert_eq!(failed.count(), 1);
    assert!(events.contains(&Event::Painted("3.png".into())), "{events:?}");
}
