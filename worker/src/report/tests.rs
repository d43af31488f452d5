//! Reports of small cuts on disk.

use cel::{AlphaRule, Drawing, FileFormat, PaintRules, Rgba, Size};
use common::Digest;
use serde_json::Value;

use super::*;
use crate::files;
use crate::sidecar::{Segment, Sidecar, Source};

const SKIN: Rgba = Rgba::opaque(250, 220, 200);
const HAIR: Rgba = Rgba::opaque(90, 60, 30);

/// A box of 10 × 10 pixels in an outline, filled with a colour.
fn boxed(fill: Rgba) -> Drawing {
    let size = Size { width: 60, height: 50 };
    let at = |x: u32, y: u32| match ((10..22).contains(&x), (10..22).contains(&y)) {
        (true, true) if [10, 21].contains(&x) || [10, 21].contains(&y) => Rgba::BLACK,
        (true, true) => fill,
        _ => Rgba::EMPTY,
    };
    let pixels = (0..size.height).flat_map(|y| (0..size.width).map(move |x| at(x, y))).collect();
    Drawing { size, pixels, has_alpha: true, format: FileFormat::Png { sixteen_bit: false } }
}

fn save(path: &Path, drawing: &Drawing) -> Digest {
    let bytes = cel::codec::encode(drawing).unwrap();
    files::write_whole(path, &bytes).unwrap();
    Digest::of(&bytes)
}

/// A painted drawing as the painter leaves it behind.
fn paint(folder: &Path, key: &str, fill: Rgba) -> ReportDrawing {
    let line = folder.join("in").join(key);
    save(&line, &boxed(Rgba::EMPTY));
    let painted = folder.join("out").join(key);
    let digest = save(&painted, &boxed(fill));
    let source = Source { drawing: "sheet".into(), label: 1 };
    let segment =
        Segment { label: 2, pixels: 100, rgba: fill, similarity: 0.5, margin: 0.1, confidence: 0.5, source };
    let sidecar =
        Sidecar { fingerprint: Digest::of(b"f"), painted: digest, gaps: None, segments: vec![segment] };
    sidecar.write(&painted).unwrap();
    ReportDrawing { key: key.into(), line, given: false }
}

fn clip(folder: &Path, name: &str, fills: &[Rgba]) -> ReportClip {
    let reference = folder.join("sheet.png");
    save(&reference, &boxed(SKIN));
    let drawing = |(i, &fill): (usize, &Rgba)| paint(folder, &format!("{name}/{i}.png"), fill);
    let drawings = fills.iter().enumerate().map(drawing).collect();
    ReportClip { name: name.into(), drawings, references: vec![reference], timing: None }
}

fn report(clips: Vec<ReportClip>) -> Report {
    let failures = vec![Failure::of_file("bad.png".into(), "damaged".into())];
    let (title, mode, model) = ("cut <1>".into(), "nearest".into(), "shape".into());
    Report { title, mode, model, alpha: AlphaRule::Composite, rules: PaintRules::default(), clips, failures }
}

fn json(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap()
}

#[test]
fn what_is_odd_in_a_cut_is_told_in_all_three() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut clip = clip(folder.path(), "a", &[SKIN, HAIR, SKIN, Rgba::EMPTY]);
    // Edited since, with one pixel missed.
    let mut edited = boxed(SKIN);
    edited.pixels[15 * 60 + 15] = Rgba::EMPTY;
    save(&out.join("a/2.png"), &edited);
    clip.drawings.push(ReportDrawing { key: "a/9.png".into(), line: "nowhere.png".into(), given: false });
    let exposures = vec![(0, Some(0)), (3, Some(1)), (6, Some(0)), (8, None)];
    let (sheet, missing) = ("ts.xdts".into(), vec!["7".into()]);
    clip.timing = Some(ReportTiming { sheet, frames: 48, exposures, missing });
    report(vec![clip]).write(&out).unwrap();

    let json = json(&out);
    let drawings = json["clips"][0]["drawings"].as_array().unwrap();
    let status: Vec<&str> = drawings.iter().map(|drawing| drawing["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["painted", "painted", "edited", "painted", "not-painted"]);
    assert_eq!(drawings[1]["flicker"][0]["rgba"], serde_json::json!([90, 60, 30, 255]));
    assert_eq!(drawings[1]["off_palette"]["pixels"], 100, "the sheet has no such colour");
    assert_eq!(drawings[2]["holes"], serde_json::json!([{"label": 2, "pixels": 1}]));
    assert_eq!((&drawings[0]["first_frame"], &drawings[0]["frames"]), (&1.into(), &5.into()));
    assert_eq!(drawings[0]["expected_wrong_pixels"], 50.0);
    assert_eq!(json["clips"][0]["missing"][0], "7");

    let csv = std::fs::read_to_string(out.join("report.csv")).unwrap();
    let row = csv.lines().nth(2).unwrap();
    assert_eq!(row, "a,a/1.png,painted,4,3,2,1,50,0,0,100,1");
    assert_eq!(csv.lines().count(), 1 + 5);

    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    for text in ["cut &lt;1&gt;", "色パカ", "from frame 4, 3 frames", "2+00", "bad.png", "by ts.xdts"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("http"), "it asks for nothing from outside");
}

#[test]
fn every_cut_of_an_episode_has_its_own_report() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let clips = ["c1/a", "c1/b", "c 2/a"].map(|name| clip(folder.path(), name, &[SKIN]));
    report(clips.to_vec()).write(&out).unwrap();
    assert_eq!(json(&out.join("c1"))["clips"].as_array().unwrap().len(), 2);
    let page = std::fs::read_to_string(out.join("c 2/report.html")).unwrap();
    assert!(page.contains("href=\"./../c%202/a/0.png\""), "the painted file is found from there");
    let index = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(index.contains("href=\"./c%202/report.html\"") && index.contains("href=\"./c1/report.html\""));
    assert!(!out.join("report.csv").exists());
}
