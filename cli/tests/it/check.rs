//! `shiage check`, and what a show agrees on.

use std::collections::BTreeSet;

use cel::{Drawing, FileFormat, Rgba, Size};
use serde_json::Value;

use crate::support::{shiage, text};

const TRACE: Rgba = Rgba::opaque(255, 0, 0);

/// A box that a red trace cuts in two, with the pixels of `gap` left out.
fn line(gap: std::ops::Range<u32>) -> Drawing {
    let edge = |x: u32, y: u32| [x, y, 59 - x, 39 - y].into_iter().min() == Some(8);
    let inside = |x: u32, y: u32| (9..51).contains(&x) && (9..31).contains(&y);
    let pixel = |(x, y)| match () {
        () if y == 8 && gap.contains(&x) => Rgba::EMPTY,
        () if edge(x, y) => Rgba::BLACK,
        () if inside(x, y) && x == 20 => TRACE,
        () => Rgba::EMPTY,
    };
    let pixels = (0..40).flat_map(|y| (0..60).map(move |x| (x, y))).map(pixel).collect();
    let size = Size { width: 60, height: 40 };
    Drawing { size, pixels, has_alpha: true, format: FileFormat::tga(false) }
}

/// The same box painted: light left of the trace, dark right of it.
fn painted() -> Drawing {
    let drawing = line(0..0);
    let pixel = |(at, &pixel): (usize, &Rgba)| {
        let (x, y) = (at as u32 % 60, at as u32 / 60);
        match pixel {
            Rgba::BLACK => pixel,
            _ if !(9..51).contains(&x) || !(9..31).contains(&y) => Rgba::EMPTY,
            _ if x < 20 => Rgba::opaque(250, 220, 200),
            _ => Rgba::opaque(150, 110, 90),
        }
    };
    let pixels = drawing.pixels.iter().enumerate().map(pixel).collect();
    Drawing { pixels, ..drawing }
}

/// A cut of two drawings, the first of them painted, the second with a gap of four pixels.
fn cut() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["line", "gt"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    let save = |name: &str, drawing: &Drawing| {
        std::fs::write(folder.path().join(name), cel::codec::encode(drawing).unwrap()).unwrap();
    };
    save("line/a0001.tga", &line(0..0));
    save("gt/a0001.tga", &painted());
    save("line/a0002.tga", &line(30..34));
    folder
}

fn colours(path: &std::path::Path) -> BTreeSet<Rgba> {
    cel::codec::read(path).unwrap().pixels.into_iter().collect()
}

#[test]
fn what_is_to_be_mended_is_told_with_place_and_size() {
    let cut = cut();
    let preview = tempfile::tempdir().unwrap();
    let run = shiage(&["check", text(cut.path()), "--json", "--preview", text(preview.path())]);
    assert_eq!(run.code, 3, "{run:?}");
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["drawings"][0]["findings"], serde_json::json!([]));
    let findings = answer["drawings"][1]["findings"].as_array().unwrap();
    let kinds: Vec<&str> = findings.iter().map(|finding| finding["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["leak", "gap"], "{answer}");
    assert_eq!((&findings[1]["y"], findings[1]["pixels"].as_u64().unwrap() >= 4), (&Value::from(8), true));
    assert_eq!(colours(&preview.path().join("line/a0001.png")).len(), 4, "lines, outside and two halves");
    let words = shiage(&["check", text(cut.path())]);
    assert!(
        words.stdout.contains("line/a0002.tga: a gap of")
            && words.stdout.contains("2 drawings, 1 to look at")
    );
}

#[test]
fn a_line_that_ends_is_a_gap_where_the_painted_drawing_has_two_colours() {
    let cut = cut();
    let wall = |drawing: Drawing, short: u32| {
        let pixel = |(at, &pixel): (u32, &Rgba)| match pixel {
            _ if at % 60 == 20 && (9..31 - short).contains(&(at / 60)) => Rgba::BLACK,
            TRACE => Rgba::EMPTY,
            other => other,
        };
        Drawing { pixels: (0..).zip(&drawing.pixels).map(pixel).collect(), ..drawing }
    };
    let save = |name: &str, drawing: &Drawing| {
        std::fs::write(cut.path().join(name), cel::codec::encode(drawing).unwrap()).unwrap();
    };
    save("line/a0001.tga", &wall(line(0..0), 5));
    save("gt/a0001.tga", &wall(painted(), 5));
    save("line/a0002.tga", &wall(line(0..0), 5));
    let findings = || {
        let run = shiage(&["check", text(cut.path()), "--json"]);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        answer["drawings"][1]["findings"].as_array().unwrap().len()
    };
    assert_eq!(findings(), 2, "a leak and its gap");
    std::fs::remove_dir_all(cut.path().join("gt")).unwrap();
    assert_eq!(findings(), 0, "it may end on purpose");
}

#[test]
fn a_clip_with_nothing_to_paint_from_is_told() {
    let cut = cut();
    std::fs::remove_dir_all(cut.path().join("gt")).unwrap();
    std::fs::copy(cut.path().join("line/a0001.tga"), cut.path().join("line/A_1.tga")).unwrap();
    let run = shiage(&["check", text(cut.path()), "--json"]);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let kinds: Vec<&str> =
        answer["clips"].as_array().unwrap().iter().map(|clip| clip["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"no-reference"), "{answer}");
}

#[test]
fn a_gap_is_closed_for_painting_and_no_trace_is_left() {
    let cut = cut();
    let out = tempfile::tempdir().unwrap();
    let args = ["paint", text(cut.path()), "--out", text(out.path()), "--model", "shape"];
    let open = shiage(&args);
    assert_eq!(open.code, 0, "{open:?}");
    let file = out.path().join("line/a0002.tga");
    let light = Rgba::opaque(250, 220, 200);
    let dark = Rgba::opaque(150, 110, 90);
    let closed = shiage(&[&args[..], &["--close-gaps", "6", "--layers"]].concat());
    assert_eq!(closed.code, 0, "{closed:?}");
    assert_eq!(colours(&file), BTreeSet::from([Rgba::EMPTY, Rgba::BLACK, light, dark]));
    let drawing = cel::codec::read(&file).unwrap();
    assert_eq!(drawing.row(20)[20], dark, "the darker side has the trace");
    assert_eq!(drawing.format, FileFormat::tga(false));
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!((bytes[2], bytes[16], bytes[17]), (2, 32, 8), "raw, 32 bits, rows bottom to top");
    assert_eq!(
        colours(&out.path().join("_layers/line/line/a0002.tga")),
        BTreeSet::from([Rgba::EMPTY, Rgba::BLACK])
    );
    assert_eq!(
        colours(&out.path().join("_layers/paint/line/a0002.tga")),
        BTreeSet::from([Rgba::EMPTY, light, dark])
    );
}

#[test]
fn the_show_decides_about_traces() {
    let cut = cut();
    std::fs::write(
        cut.path().join("shiage.toml"),
        "close_gaps = 6\n[traces.colours]\n\"#ff0000\" = \"keep\"\n",
    )
    .unwrap();
    let out = tempfile::tempdir().unwrap();
    let args = ["paint", text(cut.path()), "--out", text(out.path()), "--model", "shape"];
    assert_eq!(shiage(&args).code, 0);
    assert!(colours(&out.path().join("line/a0002.tga")).contains(&TRACE));
    std::fs::write(cut.path().join("shiage.toml"), "[trace]\n").unwrap();
    let wrong = shiage(&args);
    assert!(wrong.code == 2 && wrong.stderr.contains("shiage.toml: line 1"), "{wrong:?}");
}
