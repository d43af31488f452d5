//! A run that is cut into jobs, each painted where nothing of the others lies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Before;

use super::*;

/// The files of an output folder by name.
pub(super) fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(out).unwrap().map(Result::unwrap);
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

/// Paints one job into a folder of its own.
fn paint_alone(job: &Job, out: &Path) -> Vec<Event> {
    std::fs::create_dir_all(out).unwrap();
    let events = Mutex::new(Vec::new());
    let engine = Counting { passes: AtomicUsize::new(0), fails_on: 50 };
    paint_with(&engine, &settings(out), &ReferenceCache::new(0), std::slice::from_ref(job), &|event| {
        events.lock().unwrap().push(event);
    });
    events.into_inner().unwrap()
}

/// Paints a run in jobs of `count` drawings; gives back all files.
fn paint_in_pieces(folder: &Path, whole: &Job, count: usize) -> BTreeMap<String, Vec<u8>> {
    let mut before: Option<Before> = None;
    let mut all = BTreeMap::new();
    for (i, targets) in whole.targets.chunks(count).enumerate() {
        let job = Job { before: before.clone(), targets: targets.to_vec(), ..whole.clone() };
        let out = folder.join(format!("pieces of {count}/{i}"));
        paint_alone(&job, &out);
        all.extend(files(&out));
        let painted = |target: &&Drawing| Sidecar::read(&out.join(&target.key)).is_some();
        if let Some(last) = targets.iter().rfind(painted) {
            let (key, line) = (last.key.clone(), last.line.clone());
            before = Some(Before::Painted { sidecar: Sidecar::path(&out.join(&key)), key, line });
        }
    }
    all
}

#[test]
fn a_run_that_is_cut_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    // The third and the fourth cannot be painted: a job that paints nothing hands on what it was given.
    let mut whole = job(folder.path(), true, &[31, 32, 50, 50, 33, 34, 35]);
    for sheets in [1, 0] {
        whole.sheets.truncate(sheets);
        let out = folder.path().join(format!("whole {sheets}"));
        paint_alone(&whole, &out);
        let uncut = files(&out);
        assert_eq!(uncut.len(), 5 * 2);
        for count in [1, 2, 3, 5] {
            assert!(paint_in_pieces(folder.path(), &whole, count) == uncut, "jobs of {count}");
        }
    }
}

#[test]
fn a_corrected_drawing_stands_in_front_of_the_anchor() {
    let folder = tempfile::tempdir().unwrap();
    let whole = job(folder.path(), true, &[31]);
    let (line, painted): (PathBuf, PathBuf) = (folder.path().join("c.png"), folder.path().join("cp.png"));
    save(&line, 31, Rgba::EMPTY);
    save(&painted, 31, Rgba::opaque(1, 2, 3));
    let corrected = Reference { name: "corrected".into(), line, painted };
    let job = Job { before: Some(Before::Corrected(corrected.clone())), ..whole };
    let events = paint_alone(&job, &folder.path().join("out"));
    assert_eq!(events, [Event::Painted("0.png".into())]);
    assert!(sources(folder.path(), "0.png").contains(&"corrected".to_owned()));

    std::fs::write(&corrected.painted, b"torn").unwrap();
    let events = paint_alone(&job, &folder.path().join("other"));
    assert!(matches!(&events[..], [Event::ReferenceFailed(_), Event::Painted(_)]), "{events:?}");
}

#[test]
fn another_kind_of_file_has_the_same_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 32]);
    let out = folder.path().join("out");
    for output in OutputFormat::ALL {
        let settings = Settings { output, ..settings(&out) };
        paint_with(&ShapeEngine, &settings, &ReferenceCache::new(0), std::slice::from_ref(&job), &|_| {});
        let anchor = job.anchor.as_ref().unwrap();
        give("given.png", &anchor.line, &anchor.painted, &settings).unwrap();
    }
    for name in ["0", "1", "given"] {
        let read = |kind: &str| cel::codec::read(&out.join(format!("{name}.{kind}"))).unwrap();
        assert!(read("png").pixels == read("tga").pixels, "{name}");
    }
}

#[test]
fn a_run_stops_between_two_drawings() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), true, &[31, 32, 33, 34, 35, 36]);
    let (times, stop, references) = (StageTimes::default(), Stop::default(), ReferenceCache::new(0));
    let settings = settings(&folder.path().join("out"));
    let tools = Tools {
        engine: &ShapeEngine,
        settings: &settings,
        batch: &Batch::new(1),
        references: &references,
        times: &times,
        stop: &stop,
    };
    let painted = AtomicUsize::new(0);
    run(tools, &[job], &|_| {
        painted.fetch_add(1, Ordering::Relaxed);
        stop.stop();
    });
    let painted = painted.into_inner();
    assert!((1..=4).contains(&painted), "{painted}");
    assert_eq!(files(&settings.out).len(), painted * 2, "what was begun is whole");
}
