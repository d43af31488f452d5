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
    assert_eq!(rows[1][..5], ["ATO_07_213/a", "3", "1-5", "64x40", "32"]);
    assert_eq!(rows[1][7..], ["ts.xdts,", "24", "frames"]);
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
fn bits_and_dots_are_those_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    line(&folder.path().join("a/a0001.tga"), 0);
    let png = folder.path().join("a/a0002.png");
    save(&png, &Figure { shift: 1 }.line());
    // 300 dots an inch, in dots a metre, before the picture; its checksum.
    let mut bytes = std::fs::read(&png).unwrap();
    let dots = 11_811u32.to_be_bytes();
    let chunk = [&[0, 0, 0, 9], b"pHYs".as_slice(), &dots, &dots, &[1], &[0x78, 0xa5, 0x3f, 0x76]].concat();
    bytes.splice(33..33, chunk);
    std::fs::write(&png, bytes).unwrap();
    let run = shiage(&["scan", text(folder.path()), "--drawings"]);
    assert_eq!(run.code, 0, "{run:?}");
    let drawings = run.json()["drawings"].clone();
    let expected = serde_json::json!([
        {"key": drawings[0]["key"], "size": [64, 40], "bits": 32, "dpi": null},
        {"key": drawings[1]["key"], "size": [64, 40], "bits": 32, "dpi": [300, 300]},
    ]);
    assert_eq!(drawings, expected);
    assert!(shiage(&["scan", text(folder.path())]).stdout.contains("300"));
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
