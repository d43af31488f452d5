//! `shiage scan`: what lies in cut folders, and the manifest of it.

use std::path::Path;

use cel::FileFormat;

use crate::support::{BLUE, Figure, RED, files, save, shiage, text, time_sheet};

fn line(path: &Path, shift: u32) {
    let mut line = Figure { shift }.line();
    line.format = FileFormat::tga(true);
    save(path, &line);
}

/// Two cuts, one of them with a time sheet and a note.
fn episode(folder: &Path) {
    for name in ["a/a0001.tga", "a/A_0004.TGA", "a/a0005.tga", "b/b0001.tga"] {
        line(&folder.join("ATO_07_213").join(name), 0);
    }
    line(&folder.join("ATO_07_213/_lo/lo0001.tga"), 0);
    line(&folder.join("ATO_07_214_r/A0001.tga"), 1);
    line(&folder.join("ATO_07_214_r/B0001.tga"), 1);
    time_sheet(&folder.join("ATO_07_213/_sheet/ts.xdts"), &[("A", &["4", "2", "1"]), ("B", &["1"])]);
    std::fs::write(folder.join("ATO_07_213/memo.txt"), "x").unwrap();
}

#[test]
fn an_episode_is_listed_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    episode(folder.path());
    let before = files(folder.path());
    let run = shiage(&["scan", text(folder.path())]);
    assert_eq!(run.code, 0, "{run:?}");
    let rows: Vec<Vec<&str>> = run.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1][..4], ["ATO_07_213/a", "3", "1-5", "64x40"]);
    assert_eq!(rows[1][6..], ["ts.xdts,", "24", "frames"]);
    let clips: Vec<&str> = rows[1..].iter().map(|row| row[0]).collect();
    assert_eq!(clips, ["ATO_07_213/a", "ATO_07_213/b", "ATO_07_214_r/A", "ATO_07_214_r/B"]);
    for told in [
        "ATO_07_213/a: numbers missing: 2-3",
        "ATO_07_213/a: in the time sheet, but missing: 2",
        "ATO_07_213/a: not used by the time sheet: ATO_07_213/a/a0005.tga",
        "ATO_07_213/_lo: left aside, 1 drawings",
        "ATO_07_213/memo.txt: unknown",
        "2 cuts, 4 clips, 6 drawings, 1 time sheets, 1 unknown files",
    ] {
        assert!(run.stderr.contains(told), "{told}: {run:?}");
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn its_manifest_can_be_submitted() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ep");
    episode(&root);
    save(&folder.path().join("sheets/model.png"), &Figure { shift: 0 }.painted(RED, BLUE));
    let sheets = folder.path().join("sheets");
    let run = shiage(&["scan", text(&root), "--json", "--sheets", text(&sheets)]);
    assert_eq!(run.code, 0, "{run:?}");
    let keys = &run.json()["clips"][0]["drawings"];
    assert_eq!(keys[0]["key"], "ATO_07_213/a/A_0004.TGA", "in the order of the time sheet");
    assert_eq!(keys[1]["key"], "ATO_07_213/a/a0005.tga", "not used, and so behind the one before it");
    assert_eq!(keys[2]["key"], "ATO_07_213/a/a0001.tga");
    let manifest = root.join("episode.json");
    std::fs::write(&manifest, &run.stdout).unwrap();
    let run = shiage(&["submit", text(&manifest), "--dry-run"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("4 clips, 6 drawings"), "{run:?}");
}

#[test]
fn what_cannot_be_painted_yet_is_told() {
    let folder = tempfile::tempdir().unwrap();
    episode(folder.path());
    let run = shiage(&["scan", text(folder.path()), "--json"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(run.json()["clips"].as_array().unwrap().len(), 4);
    assert!(run.stderr.contains("not to be submitted yet"), "{run:?}");
    let run = shiage(&["scan", text(&folder.path().join("nowhere"))]);
    assert_eq!(run.code, 1, "{run:?}");
}
