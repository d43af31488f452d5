//! A cut as studios have it, from line drawings to the report, with no option but the folder and the sheets.

use std::path::Path;

use cel::{FileFormat, Rgba};
use serde_json::Value;

use crate::support::{BLUE, Figure, RED, is_right, paint, save, text, time_sheet};

/// A drawing as a scanner leaves it: 24 bits, on white paper.
fn scanned(folder: &Path, name: &str, shift: u32, rle: bool) {
    let mut line = Figure { shift }.line();
    line.pixels.iter_mut().filter(|pixel| **pixel == Rgba::EMPTY).for_each(|pixel| *pixel = Rgba::WHITE);
    (line.format, line.has_alpha) = (FileFormat::tga(rle), false);
    save(&folder.join(name), &line);
}

#[test]
fn a_cut_of_tga_drawings_with_an_xdts_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("ATO_07_213");
    for (name, shift, rle) in [
        ("a/a0001.tga", 0, true),
        ("a/a0002.tga", 1, false),
        ("a/a0003.tga", 2, true),
        ("b/B0001.TGA", 5, true),
    ] {
        scanned(&cut, name, shift, rle);
    }
    time_sheet(&cut.join("_sheet/ts.xdts"), &[("A", &["3", "1", "SYMBOL_NULL_CELL", "2"]), ("B", &["1"])]);
    let sheet = folder.path().join("model.png");
    save(&sheet, &Figure { shift: 1 }.painted(RED, BLUE));
    let out = folder.path().join("out");
    let run = paint(&cut, &out, &["--sheets", text(&sheet)]);
    assert_eq!((run.code, run.count("painted")), (0, 4), "{run:?}");

    for (name, shift, rle) in [("a/a0001.tga", 0, true), ("a/a0002.tga", 1, false), ("b/B0001.TGA", 5, true)]
    {
        let painted = cel::codec::read(&out.join(name)).unwrap();
        assert_eq!((painted.format, painted.has_alpha), (FileFormat::tga(rle), false), "{name}");
        let on_white = |pixel: &Rgba| if *pixel == Rgba::EMPTY { Rgba::WHITE } else { *pixel };
        let expected: Vec<Rgba> = Figure { shift }.painted(RED, BLUE).pixels.iter().map(on_white).collect();
        assert_eq!(painted.pixels, expected, "{name}");
    }
    let report: Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let drawings = report["clips"][0]["drawings"].as_array().unwrap();
    let keys: Vec<&str> = drawings.iter().map(|drawing| drawing["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["a/a0003.tga", "a/a0001.tga", "a/a0002.tga"], "as they are seen");
    assert_eq!((&drawings[1]["first_frame"], &drawings[1]["frames"]), (&3.into(), &2.into()));
    assert!(drawings.iter().all(|drawing| drawing["off_palette"].is_null()), "{report}");
    assert_eq!(report["clips"][1]["frames"], 24);
}

#[test]
fn another_time_sheet_makes_another_report() {
    let folder = tempfile::tempdir().unwrap();
    let (cut, out) = (folder.path().join("cut"), folder.path().join("out"));
    for i in 1..=2 {
        save(&cut.join(format!("a/a000{i}.png")), &Figure { shift: i }.line());
    }
    save(&cut.join("ref/model.png"), &Figure { shift: 1 }.painted(RED, BLUE));
    let first = |drawings: &[&str]| {
        time_sheet(&cut.join("ts.xdts"), &[("A", drawings)]);
        let run = paint(&cut, &out, &[]);
        assert_eq!(run.code, 0, "{run:?}");
        let report: Value = serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
        report["clips"][0]["drawings"][0]["key"].as_str().unwrap().to_owned()
    };
    assert_eq!(first(&["1", "2"]), "a/a0001.png");
    assert_eq!(first(&["2", "1"]), "a/a0002.png", "though nothing is painted anew");
}

#[test]
fn chains_follow_the_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut");
    for i in 1..=3 {
        save(&cut.join(format!("a/a000{i}.png")), &Figure { shift: i }.line());
    }
    time_sheet(&cut.join("ts.xdts"), &[("A", &["1", "3", "2"])]);
    save(&folder.path().join("painted/a/a0001.png"), &Figure { shift: 1 }.painted(RED, BLUE));
    let (out, painted) = (folder.path().join("out"), folder.path().join("painted"));
    let run = paint(&cut, &out, &["--painted", text(&painted), "--mode", "previous-frame"]);
    assert_eq!((run.code, run.count("painted"), run.count("given")), (0, 2, 1), "{run:?}");
    assert!(is_right(&out.join("a/a0002.png"), 2));
    // A change of the second drawing in the chain, number 3, paints the third, number 2, anew, and not the other way.
    save(&cut.join("a/a0002.png"), &Figure { shift: 4 }.line());
    assert_eq!(
        paint(&cut, &out, &["--painted", text(&painted), "--mode", "previous-frame"]).count("painted"),
        1
    );
    save(&cut.join("a/a0003.png"), &Figure { shift: 5 }.line());
    assert_eq!(
        paint(&cut, &out, &["--painted", text(&painted), "--mode", "previous-frame"]).count("painted"),
        2
    );
}

#[test]
fn painted_drawings_alone_are_references() {
    let folder = tempfile::tempdir().unwrap();
    for i in 0..3 {
        save(&folder.path().join(format!("cut/line/{i}.png")), &Figure { shift: i }.line());
    }
    save(&folder.path().join("cut/gt/other.png"), &Figure { shift: 9 }.painted(RED, BLUE));
    let out = folder.path().join("out");
    let run = paint(&folder.path().join("cut"), &out, &[]);
    assert_eq!((run.code, run.count("painted")), (0, 3), "{run:?}");
    assert!((0..3).all(|i| is_right(&out.join(format!("line/{i}.png")), i)));
}
