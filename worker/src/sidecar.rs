//! `NAME.segments.json`: where every segment's colour comes from, and what it was painted from.

use std::path::{Path, PathBuf};

use cel::{AlphaRule, Drawing, Gap, Labels, PaintRules, Rgba};
use common::Digest;
use serde::{Deserialize, Serialize};

use crate::confidence::REVIEW;
use crate::files;

/// What is known of a painted drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Digest of everything the result follows from: line drawing, references, model and options.
    pub fingerprint: Digest,
    /// Digest of the painted file as it was written. Another digest there means that a person edited it.
    pub painted: Digest,
    /// The gaps that were closed for the segments; absent if none might be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<Vec<Gap>>,
    /// The segments in label order.
    pub segments: Vec<Segment>,
}

/// One segment's colour and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Label, from 1.
    pub label: u32,
    /// Its size, trace lines included.
    pub pixels: u32,
    /// The colour it was painted.
    pub rgba: Rgba,
    /// Similarity with the segment the colour comes from, or the share of the votes for the colour.
    pub similarity: f32,
    /// Similarity minus that of the best different colour.
    pub margin: f32,
    /// Probability that the colour is right.
    pub confidence: f32,
    /// The segment the colour comes from.
    pub source: Source,
}

/// A segment of a reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the reference: the key of a drawing of the clip, or the file of a sheet.
    pub drawing: String,
    /// Label in that drawing, from 1.
    pub label: u32,
}

impl Sidecar {
    /// The file that belongs to a painted drawing: `a/0001.png` has `a/0001.segments.json`.
    #[must_use]
    pub fn path(painted: &Path) -> PathBuf {
        painted.with_extension("segments.json")
    }

    /// The sidecar of a painted drawing; `None` if there is none, or it is not one of ours.
    #[must_use]
    pub fn read(painted: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(painted)).ok()?).ok()
    }

    /// Writes it beside its painted drawing.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, painted: &Path) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        files::write_whole(&Self::path(painted), &text)
    }

    /// The segments of the line drawing, as they were painted.
    #[must_use]
    pub fn segment(&self, line: &Drawing, alpha: AlphaRule, rules: &PaintRules) -> Labels {
        cel::segment_as(line, alpha, self.gaps.as_deref(), rules.close_gaps)
    }

    /// The segments that a person should look at, most expected wrong pixels first.
    #[must_use]
    pub fn to_review(&self) -> Vec<&Segment> {
        let mut unsure: Vec<&Segment> =
            self.segments.iter().filter(|segment| segment.confidence < REVIEW).collect();
        unsure.sort_by(|a, b| b.expected_wrong_pixels().total_cmp(&a.expected_wrong_pixels()));
        unsure
    }
}

impl Segment {
    /// Its pixels, times the probability that they are wrong.
    #[must_use]
    pub fn expected_wrong_pixels(&self) -> f32 {
        (1.0 - self.confidence) * self.pixels as f32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_extension_alone_is_replaced() {
        assert_eq!(Sidecar::path(Path::new("x/a..b.png")), Path::new("x/a..b.segments.json"));
    }

    proptest! {
        #[test]
        fn any_file_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let folder = tempfile::tempdir().unwrap();
            let painted = folder.path().join("a.png");
            std::fs::write(Sidecar::path(&painted), bytes).unwrap();
            prop_assert_eq!(Sidecar::read(&painted), None);
        }

        #[test]
        fn it_reads_what_it_wrote(pixels in 1u32.., similarity in -1.0f32..1.0, margin in 0.0f32..2.0) {
            let folder = tempfile::tempdir().unwrap();
            let painted = folder.path().join("a.png");
            let source = Source { drawing: "彩色/\"0\".png".into(), label: 3 };
            let segment =
                Segment {
                label: 1,
                pixels,
                rgba: Rgba([1, 2, 3, 4]),
                similarity,
                margin,
                confidence: 0.5,
                source,
            };
            let sidecar = Sidecar {
                fingerprint: Digest::of(b"f"),
                painted: Digest::of(b"p"),
                gaps: Some(vec![Gap { from: [pixels, 2], to: [3, 4], pixels }]),
                segments: vec![segment],
            };
            sidecar.write(&painted).unwrap();
            prop_assert_eq!(Sidecar::read(&painted), Some(sidecar));
        }
    }
}
