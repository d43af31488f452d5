//! References that outlive their job.

use common::Before;

use super::*;

/// Forward passes of a job.
fn passes(folder: &Path, out: &str, job: &Job, references: &ReferenceCache) -> usize {
    let engine = Counting { passes: AtomicUsize::new(0), fails_on: 0 };
    let settings = settings(&folder.join(out));
    paint_with(&engine, &settings, references, std::slice::from_ref(job), &|_| {});
    engine.passes.into_inner()
}

#[test]
fn references_are_embedded_once_for_all_jobs_of_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(folder.path(), false, &[31, 32]);
    let references = ReferenceCache::new(1 << 20);
    assert_eq!(passes(folder.path(), "one", &job, &references), 2 + 2);
    assert_eq!(passes(folder.path(), "two", &job, &references), 2);
    let usage = references.usage();
    assert_eq!((usage.hits, usage.misses), (2, 2));
    assert!(usage.bytes > 0 && usage.bytes <= 1 << 20);
}

#[test]
fn a_run_that_goes_on_in_the_same_process_embeds_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let whole = job(folder.path(), true, &[31, 32, 33, 34]);
    let references = ReferenceCache::new(1 << 20);
    let (first, second) = whole.targets.split_at(2);
    let first = Job { targets: first.to_vec(), ..whole.clone() };
    passes(folder.path(), "one", &first, &references);
    let last = &first.targets[1];
    let sidecar = Sidecar::path(&folder.path().join("one").join(&last.key));
    let before = Before::Painted { key: last.key.clone(), line: last.line.clone(), sidecar };
    let second = Job { before: Some(before), targets: second.to_vec(), ..whole };
    assert_eq!(passes(folder.path(), "two", &second, &references), 2);
}

#[test]
fn a_painted_drawing_alone_is_a_reference_wherever_its_two_files_lie() {
    let folder = tempfile::tempdir().unwrap();
    let mut job = job(folder.path(), false, &[30]);
    job.anchor = None;
    let sheet = &job.sheets[0];
    let painted = cel::codec::read(&sheet.painted).unwrap();
    let mut on_paper = painted.clone();
    on_paper.has_alpha = false;
    on_paper.pixels.iter_mut().filter(|pixel| **pixel == Rgba::EMPTY).for_each(|pixel| *pixel = Rgba::WHITE);
    for sheet_image in [&painted, &on_paper] {
        let bytes = cel::codec::encode(sheet_image).unwrap();
        std::fs::write(&sheet.line, &bytes).unwrap();
        std::fs::write(&sheet.painted, &bytes).unwrap();
        let (_, events) = paint(folder.path(), std::slice::from_ref(&job), 0);
        assert_eq!(events, [Event::Painted("0.png".into())]);
        let result = cel::codec::read(&folder.path().join("out/0.png")).unwrap();
        assert_eq!(result.pixels, painted.pixels, "white around the figure is paper");
    }
}

#[test]
fn another_model_or_way_of_painting_is_another_label() {
    let label = label("shape", &ShapeEngine);
    assert_eq!(label.name(), "shape");
    assert_ne!(label.to_string(), format!("shape@{}", &ShapeEngine.digest().as_str()[..12]));
}
