//! `--scene`: the same drawings in other colours, without painting again.

use std::path::Path;

use cel::Rgba;

use crate::support::{BLUE, Figure, RED, Run, files, paint, save, text};

const DARK_RED: Rgba = Rgba::opaque(90, 10, 60);
const DARK_BLUE: Rgba = Rgba::opaque(10, 20, 110);

fn run(folder: &Path, more: &[&str]) -> Run {
    let sheets = folder.join("model.png");
    paint(&folder.join("cut"), &folder.join("out"), &[&["--sheets", text(&sheets)], more].concat())
}

fn cut(folder: &Path) {
    for i in 0..3 {
        save(&folder.join(format!("cut/{i}.png")), &Figure { shift: i }.line());
    }
    save(&folder.join("model.png"), &Figure { shift: 7 }.painted(RED, BLUE));
}

fn scene(folder: &Path, name: &str) -> Vec<Rgba> {
    cel::codec::read(&folder.join("out/_scenes").join(name)).unwrap().pixels
}

#[test]
fn painted_drawings_get_the_colours_of_the_scene() {
    let folder = tempfile::tempdir().unwrap();
    cut(folder.path());
    assert_eq!(run(folder.path(), &[]).count("painted"), 3);
    let night = folder.path().join("night.png");
    save(&night, &Figure { shift: 7 }.painted(DARK_RED, DARK_BLUE));
    let argument = format!("night={}", text(&night));
    let again = run(folder.path(), &["--scene", &argument]);
    assert_eq!((again.code, again.count("painted"), again.count("unchanged")), (0, 0, 3), "{again:?}");
    for i in 0..3 {
        let expected = Figure { shift: i }.painted(DARK_RED, DARK_BLUE).pixels;
        assert_eq!(scene(folder.path(), &format!("night/{i}.png")), expected);
    }
    // What a person has put right since is right in every scene.
    let edited = Figure { shift: 1 }.painted(BLUE, BLUE);
    save(&folder.path().join("out/1.png"), &edited);
    run(folder.path(), &["--scene", &argument]);
    assert_eq!(scene(folder.path(), "night/1.png"), Figure { shift: 1 }.painted(DARK_BLUE, DARK_BLUE).pixels);
    let before = files(folder.path());
    run(folder.path(), &["--scene", &argument]);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_colour_without_a_place_stays_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    cut(folder.path());
    run(folder.path(), &[]);
    let own = Rgba::opaque(1, 200, 3);
    save(&folder.path().join("out/2.png"), &Figure { shift: 2 }.painted(own, BLUE));
    let night = folder.path().join("night.png");
    save(&night, &Figure { shift: 7 }.painted(DARK_RED, DARK_BLUE));
    let run = run(folder.path(), &["--scene", &format!("night={}", text(&night))]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.failed()[0].1.contains("[1, 200, 3, 255], which 1 drawings keep"), "{run:?}");
    assert_eq!(scene(folder.path(), "night/2.png"), Figure { shift: 2 }.painted(own, DARK_BLUE).pixels);
}

#[test]
fn a_sheet_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    cut(folder.path());
    let night = folder.path().join("night.png");
    save(&night, &Figure { shift: 20 }.painted(DARK_RED, DARK_BLUE));
    let run = run(folder.path(), &["--scene", &format!("night={}", text(&night))]);
    assert_eq!((run.code, run.count("painted")), (3, 3), "{run:?}");
    assert!(
        run.failed()[0].0.ends_with("night.png") && run.failed()[0].1.contains("no design sheet"),
        "{run:?}"
    );
    assert!(!folder.path().join("out/_scenes").exists());
}

#[test]
fn one_colour_may_be_two_in_the_scene() {
    let folder = tempfile::tempdir().unwrap();
    cut(folder.path());
    save(&folder.path().join("model.png"), &Figure { shift: 7 }.painted(RED, RED));
    let night = folder.path().join("night.png");
    save(&night, &Figure { shift: 7 }.painted(DARK_RED, DARK_BLUE));
    let run = run(folder.path(), &["--scene", &format!("night={}", text(&night))]);
    assert_eq!((run.code, run.count("painted")), (0, 3), "{run:?}");
    for i in 0..3 {
        let expected = Figure { shift: i }.painted(DARK_RED, DARK_BLUE).pixels;
        assert_eq!(scene(folder.path(), &format!("night/{i}.png")), expected, "by the places in the sheet");
    }
}
