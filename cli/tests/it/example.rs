//! The example cut of the README.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use cel::Rgba;

use crate::support::{files, paint, shiage, text};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/query_waving")
}

#[test]
fn it_is_painted_by_the_command_of_the_readme() {
    let out = tempfile::tempdir().unwrap();
    let run = shiage(&["paint", text(&example()), "--out", text(out.path())]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.stdout, "", "results go to files, words to stderr");
    assert!(run.stderr.contains("painted 15 of 16 drawings, 1 given painted"), "{run:?}");
    for i in 0..16 {
        assert!(out.path().join(format!("line/{i:04}.png")).is_file());
    }
}

#[test]
fn every_pixel_is_a_palette_colour_or_line_or_nothing() {
    let out = tempfile::tempdir().unwrap();
    let run = paint(&example(), out.path(), &[]);
    assert_eq!((run.code, run.count("painted"), run.count("given")), (0, 15, 1), "{run:?}");
    let mut palette: HashSet<Rgba> = HashSet::from([Rgba::EMPTY]);
    for reference in
        ["gt/0000.png"].into_iter().map(String::from).chain((0..8).map(|i| format!("ref/gt/{i:04}.png")))
    {
        palette.extend(cel::codec::read(&example().join(reference)).unwrap().pixels);
    }
    for i in 1..16 {
        let name = format!("line/{i:04}.png");
        let line = cel::codec::read(&example().join(&name)).unwrap();
        let painted = cel::codec::read(&out.path().join(&name)).unwrap();
        assert_eq!(painted.size, line.size);
        for (painted, line) in painted.pixels.iter().zip(&line.pixels) {
            assert!(palette.contains(painted), "{painted:?} is in no reference");
            if *line == Rgba::BLACK {
                assert_eq!(painted, line, "ink stays");
            }
        }
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    paint(&example(), one.path(), &[]);
    paint(&example(), other.path(), &[]);
    assert_eq!(files(one.path()), files(other.path()));
    assert_eq!(files(one.path()).len(), 16 + 15 + 3, "drawings, sidecars, the three files of the report");
}

#[test]
fn json_has_the_documented_keys() {
    let out = tempfile::tempdir().unwrap();
    let json = paint(&example(), out.path(), &["--mode", "first-frame"]).json();
    for key in ["drawings", "painted", "segments", "review_segments", "peak_rss_bytes"] {
        assert!(json[key].is_u64(), "{key} in {json}");
    }
    assert!(json["seconds"]["total"].as_f64().unwrap() > 0.0);
    assert!(json["fps"].as_f64().unwrap() > 0.0);
    assert_eq!((json["mode"].as_str(), json["model"].as_str()), (Some("first-frame"), Some("shape")));
    assert_eq!(json["failed"].as_array().unwrap().len(), 0);
}

#[test]
fn a_sidecar_tells_where_every_colour_comes_from() {
    let out = tempfile::tempdir().unwrap();
    paint(&example(), out.path(), &[]);
    let bytes = std::fs::read(out.path().join("line/0001.segments.json")).unwrap();
    let sidecar: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let segments = sidecar["segments"].as_array().unwrap();
    assert!(segments.len() > 20);
    for (segment, label) in segments.iter().zip(1..) {
        assert_eq!(segment["label"], label);
        assert!(segment["pixels"].as_u64().unwrap() > 0);
        assert_eq!(segment["rgba"].as_array().unwrap().len(), 4);
        assert!((0.0..=1.0).contains(&segment["confidence"].as_f64().unwrap()));
        assert!(segment["similarity"].is_number() && segment["margin"].is_number());
        let source = segment["source"]["drawing"].as_str().unwrap();
        assert!(source == "line/0000.png" || source.starts_with("ref/gt/"), "{source}");
        assert!(segment["source"]["label"].as_u64().unwrap() > 0);
    }
}
