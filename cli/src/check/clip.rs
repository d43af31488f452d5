//! What is odd about a clip as a whole.

use std::collections::BTreeMap;
use std::path::Path;

use cel::{DrawingName, Size};
use scheduler::intake::Clip;
use serde::Serialize;

/// Something odd about a clip.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ClipFinding {
    /// Name of the clip.
    pub clip: String,
    /// What it is.
    pub kind: ClipKind,
    /// It in words, with the remedy.
    pub message: String,
}

/// What can be odd about a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClipKind {
    /// Nothing is there to paint it from.
    NoReference,
    /// Drawings, or a drawing and its painted one, differ in size.
    Size,
    /// Two drawings have one number.
    Number,
}

/// What is odd about a clip.
pub fn check(clip: &Clip) -> Vec<ClipFinding> {
    let found = |kind, message| ClipFinding { clip: clip.name.clone(), kind, message };
    let reference = (!clip.has_reference()).then(|| {
        let remedy = "no painted drawing and no design sheet: give --painted or --sheets";
        found(ClipKind::NoReference, remedy.to_owned())
    });
    let sizes = sizes(clip).map(|message| found(ClipKind::Size, message));
    let numbers = numbers(clip).into_iter().map(|message| found(ClipKind::Number, message));
    reference.into_iter().chain(sizes).chain(numbers).collect()
}

/// The first drawing's size is that of the clip; others are told.
fn sizes(clip: &Clip) -> impl Iterator<Item = String> {
    let probe = |path: &Path| cel::codec::probe_file(path).ok();
    let first = clip.drawings.first().and_then(|drawing| probe(&drawing.line));
    clip.drawings.iter().filter_map(move |drawing| {
        let painted = drawing.painted.as_deref().and_then(probe);
        let line = probe(&drawing.line)?;
        let other = |what: &str, found: Size, expected: Size| {
            format!(
                "{}{what} is {found}, not {expected}: export all drawings of a cel at one size",
                drawing.key
            )
        };
        match (first, painted) {
            (Some(first), _) if first != line => Some(other("", line, first)),
            (_, Some(painted)) if painted != line => Some(other(", painted,", painted, line)),
            _ => None,
        }
    })
}

/// Drawings whose names mean the same number.
fn numbers(clip: &Clip) -> Vec<String> {
    let mut known: BTreeMap<(String, cel::DrawingNumber), &str> = BTreeMap::new();
    let mut twice = Vec::new();
    for drawing in &clip.drawings {
        let stem = Path::new(&drawing.key).file_stem().unwrap_or_default().to_string_lossy();
        let Some(name) = DrawingName::parse(&stem) else { continue };
        if let Some(other) = known.insert((name.cel.to_lowercase(), name.number), &drawing.key) {
            twice.push(format!("{other} and {} have one number: keep one of them", drawing.key));
        }
    }
    twice
}

#[cfg(test)]
mod tests {
    use scheduler::intake::ClipDrawing;

    use super::*;

    #[test]
    fn a_number_that_occurs_twice_is_told_however_it_is_written() {
        let drawing = |key: &str| ClipDrawing { key: key.into(), line: key.into(), painted: None };
        let drawings = ["a/A0001.tga", "a/a_1.png", "a/a0001b.tga", "a/b0001.tga"].map(drawing).into();
        let clip = Clip { name: "a".into(), drawings, ..Clip::default() };
        let found = check(&clip);
        let kinds: Vec<ClipKind> = found.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [ClipKind::NoReference, ClipKind::Number]);
        assert!(found[1].message.starts_with("a/A0001.tga and a/a_1.png"), "{}", found[1].message);
    }
}
