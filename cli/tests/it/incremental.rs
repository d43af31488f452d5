//! Running again: what is unchanged stays, what a person did is kept.

use std::path::Path;

use crate::support::{BLUE, Figure, RED, Run, clip, files, is_right, paint, save};

fn run(folder: &Path) -> Run {
    paint(&folder.join("cut"), &folder.join("out"), &["--mode", "previous-frame"])
}

#[test]
fn nothing_is_painted_twice() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 5, &[0]);
    assert_eq!(run(folder.path()).count("painted"), 4);
    let before = files(folder.path());
    let again = run(folder.path());
    assert_eq!((again.code, again.count("painted"), again.count("unchanged")), (0, 0, 4), "{again:?}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_changed_drawing_is_painted_again_with_what_depends_on_it() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 5, &[0]);
    run(folder.path());
    save(&folder.path().join("cut/line/0002.png"), &Figure { shift: 7 }.line());
    let again = run(folder.path());
    assert_eq!((again.count("painted"), again.count("unchanged")), (3, 1), "{again:?}");
    assert!(is_right(&folder.path().join("out/line/0002.png"), 7));
}

#[test]
fn other_options_paint_everything_again() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 3, &[0]);
    run(folder.path());
    let other = paint(
        &folder.path().join("cut"),
        &folder.path().join("out"),
        &["--mode", "previous-frame", "--alpha", "reference"],
    );
    assert_eq!(other.count("painted"), 2, "{other:?}");
}

#[test]
fn a_missing_or_damaged_result_is_painted_again() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 4, &[0]);
    run(folder.path());
    let before = files(folder.path());
    std::fs::remove_file(folder.path().join("out/line/0001.png")).unwrap();
    std::fs::write(folder.path().join("out/line/0002.png"), b"half a f").unwrap();
    std::fs::write(folder.path().join("out/line/0003.segments.json"), b"{}").unwrap();
    let again = run(folder.path());
    assert_eq!((again.code, again.count("painted")), (0, 3), "{again:?}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_correction_is_kept_and_carried_on() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 4, &[0]);
    run(folder.path());
    let corrected = Figure { shift: 1 }.painted(BLUE, RED);
    let path = folder.path().join("out/line/0001.png");
    save(&path, &corrected);
    let again = run(folder.path());
    assert_eq!((again.count("painted"), again.count("unchanged")), (2, 1), "{again:?}");
    assert_eq!(again.json()["edited"][0], "line/0001.png");
    assert_eq!(cel::codec::read(&path).unwrap().pixels, corrected.pixels, "a person's work stays");
    let last = cel::codec::read(&folder.path().join("out/line/0003.png")).unwrap();
    assert_eq!(
        last.pixels,
        Figure { shift: 3 }.painted(BLUE, RED).pixels,
        "and is what others are painted from"
    );
    let third = run(folder.path());
    assert_eq!((third.count("painted"), third.count("unchanged")), (0, 3), "{third:?}");
}

#[test]
fn corrections_are_kept_even_where_the_drawing_would_be_painted_otherwise_now() {
    let folder = tempfile::tempdir().unwrap();
    clip(&folder.path().join("cut"), 5, &[0]);
    run(folder.path());
    for shift in [1, 3] {
        let path = folder.path().join(format!("out/line/{shift:04}.png"));
        save(&path, &Figure { shift }.painted(BLUE, RED));
    }
    let again = run(folder.path());
    assert_eq!((again.count("painted"), again.count("unchanged")), (2, 2), "{again:?}");
    for shift in 1..5 {
        let path = folder.path().join(format!("out/line/{shift:04}.png"));
        assert_eq!(cel::codec::read(&path).unwrap().pixels, Figure { shift }.painted(BLUE, RED).pixels);
    }
}
