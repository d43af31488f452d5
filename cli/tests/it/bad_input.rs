//! Bad input gives one clear line that names the file; the other drawings are painted.

use std::path::Path;

use cel::{Drawing, Rgba, Size};

use crate::support::{BLUE, Figure, PNG, RED, Run, clip, is_right, paint, save, shiage, text};

/// Paints a clip of four drawings of which number 2 is replaced; the others must be painted.
fn with_bad(bad: &[u8]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 4, &[0]);
    std::fs::write(folder.path().join("line/0002.png"), bad).unwrap();
    let out = folder.path().join("out");
    let run = paint(folder.path(), &out, &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(is_right(&out.join("line/0001.png"), 1), "{run:?}");
    assert!(is_right(&out.join("line/0003.png"), 3), "the chain goes on: {run:?}");
    assert!(!out.join("line/0002.png").exists());
    run
}

fn the_one_failure(run: &Run, file: &str) -> String {
    let failed = run.failed();
    assert_eq!(failed.len(), 1, "{run:?}");
    assert!(failed[0].0.ends_with(file), "{run:?}");
    assert_eq!(run.stderr.lines().filter(|line| line.contains(file)).count(), 1, "{run:?}");
    failed[0].1.clone()
}

fn plain(colour: Rgba) -> Vec<u8> {
    let size = Size { width: 64, height: 40 };
    cel::codec::encode(&Drawing { size, pixels: vec![colour; size.pixels()], has_alpha: true, format: PNG })
        .unwrap()
}

#[test]
fn a_zero_byte_file() {
    assert!(the_one_failure(&with_bad(b""), "line/0002.png").contains("empty"));
}

#[test]
fn a_truncated_file() {
    let whole = cel::codec::encode(&Figure { shift: 2 }.line()).unwrap();
    let error = the_one_failure(&with_bad(&whole[..whole.len() / 2]), "line/0002.png");
    assert!(error.contains("truncated"), "{error}");
}

#[test]
fn a_text_file_named_png() {
    let error = the_one_failure(&with_bad(b"hello, this is text"), "line/0002.png");
    assert!(error.contains("not a PNG"), "{error}");
}

#[test]
fn a_header_of_thirty_thousand_squared() {
    let mut bytes = cel::codec::encode(&Figure { shift: 2 }.line()).unwrap();
    bytes[16..20].copy_from_slice(&30_000u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000u32.to_be_bytes());
    let error = the_one_failure(&with_bad(&bytes), "line/0002.png");
    assert!(error.contains("30000x30000"), "{error}");
}

#[test]
fn a_drawing_with_no_line() {
    let error = the_one_failure(&with_bad(&plain(Rgba::EMPTY)), "line/0002.png");
    assert!(error.contains("no line"), "{error}");
}

#[test]
fn a_drawing_that_is_all_line() {
    let error = the_one_failure(&with_bad(&plain(Rgba::BLACK)), "line/0002.png");
    assert!(error.contains("every pixel is line"), "{error}");
}

#[test]
fn a_painted_drawing_of_another_size_is_not_used_and_its_drawing_is_painted() {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 4, &[0]);
    let size = Size { width: 10, height: 10 };
    let small = Drawing { size, pixels: vec![RED; size.pixels()], has_alpha: true, format: PNG };
    save(&folder.path().join("gt/0002.png"), &small);
    let run = paint(folder.path(), &folder.path().join("out"), &[]);
    assert_eq!((run.code, run.count("painted")), (3, 3), "{run:?}");
    let error = the_one_failure(&run, "gt/0002.png");
    assert!(error.contains("10x10") && error.contains("64x40"), "{error}");
}

#[test]
fn a_painted_drawing_that_is_damaged_beyond_its_header() {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 4, &[0, 3]);
    let whole = std::fs::read(folder.path().join("gt/0003.png")).unwrap();
    std::fs::write(folder.path().join("gt/0003.png"), &whole[..whole.len() - 30]).unwrap();
    let run = paint(folder.path(), &folder.path().join("out"), &[]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.failed().iter().all(|(path, _)| path.ends_with("gt/0003.png")), "{run:?}");
}

#[test]
fn a_painted_drawing_without_a_line_drawing_that_shows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 3, &[0]);
    let mut blank = Figure { shift: 0 }.line();
    blank.pixels.fill(Rgba::WHITE);
    save(&folder.path().join("gt/0099.png"), &blank);
    let run = paint(folder.path(), &folder.path().join("out"), &[]);
    assert_eq!((run.code, run.count("painted")), (3, 2), "{run:?}");
    assert!(the_one_failure(&run, "gt/0099.png").contains("no line in the drawing"));
}

#[test]
fn a_sheet_without_its_painted_drawing() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 2, &[]);
    clip(&folder.path().join("sheets"), 2, &[0]);
    let sheets = folder.path().join("sheets");
    let run = paint(&folder.path().join("cut"), &folder.path().join("out"), &["--sheets", text(&sheets)]);
    assert_eq!((run.code, run.count("painted")), (3, 2), "{run:?}");
    the_one_failure(&run, "sheets/line/0001.png");
}

#[test]
fn names_with_spaces_kanji_and_dots() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("第 3 話/カット..12");
    for (i, name) in ["動画 1.png", "動画 2.png", "..動画..3.png", "a..b.png"].iter().enumerate() {
        save(&cut.join(name), &Figure { shift: i as u32 }.line());
    }
    let painted = folder.path().join("彩色");
    save(&painted.join("動画 1.png"), &Figure { shift: 0 }.painted(RED, BLUE));
    let out = folder.path().join("出力 先");
    let run = paint(&cut, &out, &["--painted", text(&painted)]);
    assert_eq!((run.code, run.count("painted")), (0, 2), "a name that starts with a dot is hidden: {run:?}");
    assert!(is_right(&out.join("動画 2.png"), 1));
    assert!(is_right(&out.join("a..b.png"), 3));
    assert!(out.join("a..b.segments.json").is_file());
}

#[test]
fn two_drawings_of_one_name() {
    let folder = tempfile::tempdir().unwrap();
    clip(folder.path(), 3, &[0]);
    std::fs::copy(folder.path().join("line/0001.png"), folder.path().join("line/0001.tga")).unwrap();
    let run = paint(folder.path(), &folder.path().join("out"), &[]);
    assert_eq!((run.code, run.count("painted")), (3, 2), "{run:?}");
    the_one_failure(&run, "line/0001.tga");
}

fn refused(args: &[&str], code: i32, words: &[&str]) {
    let run = shiage(args);
    assert_eq!(run.code, code, "{run:?}");
    assert_eq!(run.stderr.trim().lines().count(), 1, "{run:?}");
    for word in words {
        assert!(run.stderr.contains(word), "{word:?} in {run:?}");
    }
}

#[test]
fn folders_that_make_no_sense() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (empty, cut, file, out) = (path("empty"), path("cut"), path("file.png"), path("out"));
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(&file, b"x").unwrap();
    clip(Path::new(&cut), 2, &[0]);
    let paint = |input: &str, more: &[&str]| {
        [&["paint", input, "--model", "shape", "--out"], more].concat().join("\n")
    };
    let run = |line: String, code, words: &[&str]| {
        refused(&line.split('\n').collect::<Vec<_>>(), code, words);
    };
    run(paint(&empty, &[&out]), 1, &[&empty, "no line drawing"]);
    run(paint(&path("nowhere"), &[&out]), 1, &["nowhere"]);
    run(paint(&file, &[&out]), 1, &[&file, "not a folder"]);
    run(paint(&cut, &[&out, "--sheets", &empty]), 1, &[&empty, "`gt` and `line`"]);
    run(paint(&cut, &[&out, "--painted", &file]), 1, &[&file, "not a folder"]);
    run(paint(&cut, &[&cut]), 2, &["is an input"]);
    let model = ["paint", &cut, "--out", &out, "--model", &empty];
    refused(&model, 1, &[&empty, "model.json"]);
    let backbone = format!("zero-shot:{empty}");
    let model = ["paint", &cut, "--out", &out, "--model", &backbone];
    refused(&model, 1, &[&empty, "no file of weights"]);
}

#[test]
fn usage_errors_end_with_two() {
    assert_eq!(shiage(&["paint"]).code, 2);
    assert_eq!(shiage(&["paint", "x", "--out", "y", "--shots", "few"]).code, 2);
    assert_eq!(shiage(&["paint", "x", "--out", "y", "--mode", "sideways"]).code, 2);
}

#[test]
fn strict_ends_with_three_when_segments_need_review() {
    let folder = tempfile::tempdir().unwrap();
    // Two figures on the sheet, alike but for their colours: no margin at all.
    clip(&folder.path().join("cut"), 1, &[]);
    clip(&folder.path().join("sheets"), 1, &[0]);
    save(&folder.path().join("sheets/line/0001.png"), &Figure { shift: 0 }.line());
    save(&folder.path().join("sheets/gt/0001.png"), &Figure { shift: 0 }.painted(BLUE, RED));
    let sheets = folder.path().join("sheets");
    let args = ["--sheets", text(&sheets)];
    let run = paint(&folder.path().join("cut"), &folder.path().join("out"), &args);
    assert_eq!((run.code, run.count("review_segments")), (0, 2), "{run:?}");
    let strict =
        paint(&folder.path().join("cut"), &folder.path().join("out"), &[&args[..], &["--strict"]].concat());
    assert_eq!(strict.code, 3, "{strict:?}");
}
