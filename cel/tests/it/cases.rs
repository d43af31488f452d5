//! Labels, colours and painted drawings against the reference implementation's.

use std::path::{Path, PathBuf};

use cel::research::{colours_by_label, colours_from_json, decode_labels, encode_labels};
use cel::{AlphaRule, Drawing, Labels, PaintRules, paint, segment, segment_colours};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::golden::{bytes, cases, drawing, text};

/// A drawing of a case.
struct Frame {
    folder: PathBuf,
    facts: Value,
}

impl Frame {
    fn all() -> Vec<Self> {
        let frames = |(case, facts): (PathBuf, Value)| {
            let frames: Vec<_> = facts["frames"].as_object().unwrap().values().cloned().collect();
            frames.into_iter().map(move |facts| Self { folder: case.clone(), facts })
        };
        let all: Vec<_> = cases().into_iter().flat_map(frames).collect();
        assert!(!all.is_empty());
        all
    }

    fn path(&self, what: &str) -> PathBuf {
        self.folder.join(self.facts[what].as_str().unwrap())
    }

    fn line(&self) -> Drawing {
        drawing(&self.path("line"))
    }

    fn number(&self, what: &str) -> u32 {
        self.facts[what].as_u64().unwrap().try_into().unwrap()
    }
}

/// What the reference implementation makes of its own label image: it keeps the lowest byte and renumbers.
fn read_back_in_a_byte(labels: &Labels) -> Labels {
    let mut numbers = [0_u32; 256];
    labels.labels.iter().for_each(|label| numbers[*label as usize % 256] = 1);
    numbers[0] = 0;
    let mut count = 0;
    for number in numbers.iter_mut().filter(|number| **number == 1) {
        count += 1;
        *number = count;
    }
    let labels_read = labels.labels.iter().map(|label| numbers[*label as usize % 256]).collect();
    Labels { size: labels.size, labels: labels_read, count }
}

fn label_digest(labels: &Labels) -> String {
    let bytes: Vec<u8> = labels.labels.iter().flat_map(|label| label.to_le_bytes()).collect();
    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn labels_are_those_of_the_reference() {
    for frame in Frame::all() {
        let seg = frame.path("seg");
        let line = frame.line();
        assert_eq!(line.has_alpha, frame.facts["line_mode"] == "RGBA");
        assert_eq!((line.size.width, line.size.height), (frame.number("width"), frame.number("height")));
        let labels = segment(&line, AlphaRule::Reference);
        assert!(labels == decode_labels(&bytes(&seg)).unwrap(), "{}", seg.display());
        assert_eq!(labels.count, frame.number("label_max"), "{}", seg.display());
        assert_eq!(label_digest(&labels), frame.facts["labels_int32_le_sha256"], "{}", seg.display());
        assert_eq!(read_back_in_a_byte(&labels).count, frame.number("segments_seen_by_model"));
        assert!(decode_labels(&encode_labels(&labels).unwrap()).unwrap() == labels);
    }
}

#[test]
fn the_default_rule_differs_only_on_opaque_paper_and_soft_lines() {
    for frame in Frame::all() {
        let line = frame.line();
        let opaque = line.has_alpha && line.pixels.iter().all(|pixel| pixel.alpha() == 255);
        let labels = segment(&line, AlphaRule::Composite);
        let folder = frame.folder.to_str().unwrap();
        let is_soft = folder.contains("partial_alpha");
        assert_eq!(labels != segment(&line, AlphaRule::Reference), opaque || is_soft, "{folder}");
        assert_eq!(opaque, folder.contains("opaque_white"));
        assert!(labels.count > 1);
    }
}

#[test]
fn colours_are_those_of_the_reference() {
    for frame in Frame::all() {
        let labels = read_back_in_a_byte(&segment(&frame.line(), AlphaRule::Reference));
        let painted =
            drawing(&frame.folder.join(frame.facts["line"].as_str().unwrap().replace("line", "gt")));
        let expected = colours_from_json(&text(&frame.path("seg").with_extension("json"))).unwrap();
        let colours = segment_colours(&labels, &painted).unwrap();
        assert_eq!(colours_by_label(&colours), expected, "{}", frame.path("seg").display());
    }
}

#[test]
fn painted_drawings_are_those_of_the_reference() {
    for (case, facts) in cases() {
        let line = drawing(&case.join("line/t0.png"));
        let labels = read_back_in_a_byte(&segment(&line, AlphaRule::Reference));
        for version in ["1_0", "1_1"] {
            let folder = case.join(format!("pred_{version}"));
            // The reference cannot paint a drawing without alpha; ours is covered by unit tests.
            if facts["official_error"][version].is_null() {
                assert_painted(&folder, &line, &labels);
            } else {
                assert!(!line.has_alpha && !folder.join("t0.png").exists());
            }
        }
    }
}

fn assert_painted(folder: &Path, line: &Drawing, labels: &Labels) {
    let colours = colours_from_json(&text(&folder.join("t0.json"))).unwrap();
    let colours: Vec<_> = (1..=labels.count).map(|label| colours.get(&label).copied()).collect();
    assert!(colours.iter().all(Option::is_some), "{}", folder.display());
    let expected = drawing(&folder.join("t0.png"));
    let painted = paint(line, labels, &colours, AlphaRule::Reference, &PaintRules::default());
    assert!(painted.pixels == expected.pixels, "{}", folder.display());
}
