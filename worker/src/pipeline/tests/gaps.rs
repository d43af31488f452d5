//! Gaps that are closed because other drawings of the clip show what is parted there.

use std::path::PathBuf;

use cel::PaintRules;
use common::Before;

use super::cut::files;
use super::*;

const LEFT: Rgba = Rgba::opaque(200, 30, 30);
const RIGHT: Rgba = Rgba::opaque(30, 30, 200);

/// A square outline, moved so far to the right, with a line down its middle that stops so many pixels short of the bottom.
fn square(right: i32, short: i32) -> cel::Drawing {
    let size = Size { width: 80, height: 60 };
    let is_line = |x: i32, y: i32| {
        let edge = [x - 10, y - 8, 51 - x, 51 - y].into_iter().min() == Some(0);
        edge || (x == 30 && (8..51 - short).contains(&y))
    };
    let places = (0..60).flat_map(|y| (0..80).map(move |x| (x - right, y)));
    let pixels = places.map(|(x, y)| if is_line(x, y) { Rgba::BLACK } else { Rgba::EMPTY }).collect();
    cel::Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
}

/// One half left, one right of the middle.
fn painted(line: &cel::Drawing) -> cel::Drawing {
    let inside = |at: usize| (11..51).contains(&(at % 80)) && (9..51).contains(&(at / 80));
    let paint = |(at, &pixel): (usize, &Rgba)| match pixel {
        Rgba::EMPTY if inside(at) => {
            if at % 80 < 30 {
                LEFT
            } else {
                RIGHT
            }
        }
        other => other,
    };
    cel::Drawing { pixels: line.pixels.iter().enumerate().map(paint).collect(), ..line.clone() }
}

/// A chain that starts from the square with its line closed.
fn chain(folder: &Path, targets: &[cel::Drawing]) -> Job {
    chain_from(&square(0, 0), folder, targets)
}

fn chain_from(first: &cel::Drawing, folder: &Path, targets: &[cel::Drawing]) -> Job {
    let save = |name: &str, drawing: &cel::Drawing| {
        let path = folder.join(name);
        std::fs::write(&path, cel::codec::encode(drawing).unwrap()).unwrap();
        path
    };
    let (line, painted) = (save("anchor.png", first), save("painted.png", &painted(first)));
    let anchor = Reference { name: "anchor".into(), line, painted };
    let target = |(i, line)| Drawing { key: format!("{i}.png"), line: save(&format!("{i}.png"), line) };
    let targets = targets.iter().enumerate().map(target).collect();
    Job { clip: "clip".into(), anchor: Some(anchor), before: None, carry: true, sheets: Vec::new(), targets }
}

fn closing(out: PathBuf) -> Settings {
    std::fs::create_dir_all(&out).unwrap();
    Settings { rules: PaintRules { close_gaps: 6, ..PaintRules::default() }, ..Settings::new(out) }
}

fn paint_alone(job: &Job, settings: &Settings) -> Vec<Event> {
    let events = Mutex::new(Vec::new());
    let references = &ReferenceCache::new(0);
    paint_with(&ShapeEngine, settings, references, std::slice::from_ref(job), &|event| {
        events.lock().unwrap().push(event);
    });
    events.into_inner().unwrap()
}

#[test]
fn what_a_reference_parts_is_parted() {
    let folder = tempfile::tempdir().unwrap();
    let open = square(5, 5);
    let settings = closing(folder.path().join("out"));
    assert_eq!(settings.segment(&open).count, 2, "by itself it may be a fold");
    paint_alone(&chain(folder.path(), std::slice::from_ref(&open)), &settings);
    let sidecar = Sidecar::read(&settings.painted("0.png")).unwrap();
    assert_eq!(sidecar.gaps.as_ref().map(Vec::len), Some(1), "{:?}", sidecar.gaps);
    let written = cel::codec::read(&settings.painted("0.png")).unwrap();
    assert_eq!([20, 40].map(|x| written.row(30)[x + 5]), [LEFT, RIGHT]);
    let labels = sidecar.segment(&open, settings.alpha, &settings.rules);
    assert_eq!(labels.count as usize, sidecar.segments.len());
    let fold = square(5, 20);
    paint_alone(&chain(folder.path(), &[fold]), &settings);
    assert_eq!(Sidecar::read(&settings.painted("0.png")).unwrap().segments.len(), 2, "too wide");
}

#[test]
fn a_gap_that_every_drawing_has_is_closed_in_every_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let targets: Vec<_> = (1..8).map(|i| square(2 * i, 5)).collect();
    let settings = closing(folder.path().join("out"));
    paint_alone(&chain_from(&square(0, 5), folder.path(), &targets), &settings);
    for i in 0..7 {
        let sidecar = Sidecar::read(&settings.painted(&format!("{i}.png"))).unwrap();
        assert_eq!(sidecar.gaps.map(|gaps| gaps.len()), Some(1), "drawing {i}");
    }
}

#[test]
fn where_gaps_are_closed_a_run_that_is_cut_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut targets: Vec<_> = (0..5).map(|i| square(4 * i, [0, 5][i as usize % 2])).collect();
    // What has no line is not painted, and tells nothing.
    targets[1].pixels.fill(Rgba::EMPTY);
    let whole = chain(folder.path(), &targets);
    let settings = closing(folder.path().join("whole"));
    paint_alone(&whole, &settings);
    let uncut = files(&settings.out);
    assert_eq!(uncut.len(), 4 * 2);
    let mut before = None;
    for (i, targets) in whole.targets.chunks(2).enumerate() {
        let piece = Job { before: before.take(), targets: targets.to_vec(), ..whole.clone() };
        let settings = closing(folder.path().join(format!("piece {i}")));
        paint_alone(&piece, &settings);
        let found = files(&settings.out);
        assert!(!found.is_empty() && found.iter().all(|(name, bytes)| uncut[name] == *bytes), "piece {i}");
        let is_painted = |target: &&Drawing| Sidecar::read(&settings.painted(&target.key)).is_some();
        let last = targets.iter().rfind(is_painted).unwrap();
        let (key, line) = (last.key.clone(), last.line.clone());
        before = Some(Before::Painted { sidecar: Sidecar::path(&settings.painted(&key)), key, line });
    }
}

#[test]
fn a_drawing_is_painted_again_where_the_one_before_it_changed() {
    let folder = tempfile::tempdir().unwrap();
    let whole = chain(folder.path(), &[square(0, 0), square(3, 5), square(6, 5)]);
    let settings = closing(folder.path().join("out"));
    paint_alone(&whole, &settings);
    let before = files(&settings.out);
    std::fs::remove_file(settings.painted("2.png")).unwrap();
    let events = paint_alone(&whole, &settings);
    let unchanged = |key: &str| Event::Unchanged(key.into());
    assert_eq!(events, [unchanged("0.png"), unchanged("1.png"), Event::Painted("2.png".into())]);
    assert!(files(&settings.out) == before, "from what lies there the same follows");
    std::fs::write(&whole.targets[0].line, cel::codec::encode(&square(1, 0)).unwrap()).unwrap();
    assert!(!paint_alone(&whole, &settings).contains(&unchanged("1.png")));
}
