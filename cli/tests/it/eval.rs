//! `shiage eval` on a data set small enough to know the answers.

use std::path::Path;

use cel::research::{colours_by_label, colours_to_json, encode_labels};
use cel::{AlphaRule, Rgba, segment, segment_colours};
use serde_json::Value;

use crate::support::{BLUE, Figure, RED, Run, save, shiage, text};

const GREEN: Rgba = Rgba::opaque(30, 160, 60);
const KEYS: [&str; 8] =
    ["acc", "acc_threshold", "pix_acc", "pix_f_acc", "pix_b_miou", "segments", "drawings", "upper_bound_acc"];

/// A drawing of a data set: line, label image, colours.
fn drawing(folder: &Path, number: u32, colours: [Rgba; 2]) {
    let figure = Figure { shift: number };
    let (line, painted) = (figure.line(), figure.painted(colours[0], colours[1]));
    save(&folder.join(format!("line/{number:04}.png")), &line);
    let labels = segment(&line, AlphaRule::Composite);
    let seg = folder.join(format!("seg/{number:04}.png"));
    std::fs::create_dir_all(seg.parent().unwrap()).unwrap();
    std::fs::write(&seg, encode_labels(&labels).unwrap()).unwrap();
    let colours = colours_by_label(&segment_colours(&labels, &painted).unwrap());
    std::fs::write(seg.with_extension("json"), colours_to_json(&colours)).unwrap();
}

/// Three drawings and a sheet of one character; the last drawing has a colour that no other has.
pub fn data_set() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let character = root.path().join("人物 A");
    drawing(&character, 0, [RED, BLUE]);
    drawing(&character, 1, [RED, BLUE]);
    drawing(&character, 2, [RED, GREEN]);
    drawing(&character.join("ref"), 3, [RED, BLUE]);
    root
}

fn eval(root: &Path, more: &[&str]) -> Run {
    shiage(&[&["eval", text(root), "--model", "shape"], more].concat())
}

fn overall(root: &Path, more: &[&str]) -> Value {
    let run = eval(root, &[&["--json"], more].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let json = run.json();
    for key in KEYS {
        assert_eq!(json["overall"][key], json["characters"]["人物 A"][key], "one character is all");
        assert!(json["overall"][key].is_number(), "{key} in {json}");
    }
    json["overall"].clone()
}

#[test]
fn figures_are_those_counted_by_hand() {
    let root = data_set();
    // Two targets of three segments each (figure and background); the green one cannot be right.
    let mean = (100.0 + 200.0 / 3.0) / 2.0;
    for mode in ["previous-frame", "previous-predicted", "first-frame", "first-frame+sheets"] {
        let figures = overall(root.path(), &["--mode", mode]);
        assert_eq!(
            (figures["drawings"].as_u64(), figures["segments"].as_u64()),
            (Some(2), Some(6)),
            "{mode}"
        );
        assert!((figures["acc"].as_f64().unwrap() - mean).abs() < 1e-9, "{mode}: {figures}");
        assert_eq!(figures["acc"], figures["upper_bound_acc"]);
        assert_eq!(figures["pix_b_miou"].as_f64(), Some(100.0));
        // The left region has 14 by 23 pixels, the right one 19 by 23.
        let foreground = (100.0 + 100.0 * 14.0 / 33.0) / 2.0;
        assert!((figures["pix_f_acc"].as_f64().unwrap() - foreground).abs() < 1e-9, "{mode}: {figures}");
    }
    assert_eq!(overall(root.path(), &["--mode", "keyframe"])["drawings"], 3);
}

#[test]
fn a_clip_ends_where_it_is_told() {
    let root = data_set();
    assert_eq!(overall(root.path(), &["--clip-interval", "2"])["drawings"], 1);
    let run = eval(root.path(), &["--clip-interval", "1", "--json"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("no drawing has a reference"), "{run:?}");
    let run = eval(root.path(), &["--mode", "keyframe", "--shots", "0"]);
    assert_eq!(run.code, 1);
}

#[test]
fn a_character_alone_is_a_data_set_and_the_table_names_it() {
    let root = data_set();
    let csv = root.path().join("decided.csv");
    let run = eval(&root.path().join("人物 A"), &["--segments", text(&csv)]);
    assert_eq!(run.code, 0, "{run:?}");
    for part in ["previous-frame", "shape", "人物 A", "Pix-B-MIoU", "83.33", "upper bound", "confidence"] {
        assert!(run.stdout.contains(part), "{part} in {}", run.stdout);
    }
    let text = std::fs::read_to_string(csv).unwrap();
    assert_eq!(text.lines().count(), 7);
    assert_eq!(text.lines().filter(|line| line.ends_with(",0")).count(), 1);
}

#[test]
fn every_transparent_colour_is_the_background() {
    let root = data_set();
    let json = root.path().join("人物 A/seg/0001.json");
    let colours = std::fs::read_to_string(&json).unwrap();
    let other = colours.replace("[0,0,0,0]", "[255,255,255,0]");
    assert_ne!(colours, other);
    std::fs::write(&json, other).unwrap();
    assert_eq!(overall(root.path(), &[])["pix_b_miou"].as_f64(), Some(100.0));
}

#[test]
fn what_is_wrong_with_a_data_set_is_told_with_its_file() {
    let root = data_set();
    let says = |run: &Run, parts: &[&str]| {
        assert_eq!(run.code, 1, "{run:?}");
        assert!(parts.iter().all(|part| run.stderr.contains(part)), "{parts:?} in {run:?}");
        assert_eq!(run.stderr.trim().lines().count(), 1, "{run:?}");
    };
    says(&eval(&root.path().join("人物 A/line"), &[]), &["no character found", "NAME/seg"]);
    says(&eval(&root.path().join("missing"), &[]), &["missing"]);
    let seg = root.path().join("人物 A/seg");
    let json = std::fs::read_to_string(seg.join("0001.json")).unwrap();
    std::fs::write(seg.join("0001.json"), r#"{"1":[0,0,0,0]}"#).unwrap();
    says(&eval(root.path(), &[]), &["0001.json", "no colour for segment 2"]);
    std::fs::write(seg.join("0001.json"), "nonsense").unwrap();
    says(&eval(root.path(), &[]), &["0001.json"]);
    std::fs::write(seg.join("0001.json"), json).unwrap();
    std::fs::write(seg.join("0001.png"), "nonsense").unwrap();
    says(&eval(root.path(), &[]), &["0001.png"]);
    std::fs::remove_file(root.path().join("人物 A/line/0001.png")).unwrap();
    says(&eval(root.path(), &[]), &["0001.png", "is missing"]);
}
