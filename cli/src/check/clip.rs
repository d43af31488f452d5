//! What is odd about a clip as a whole.

use std::path::Path;

use cel::Size;
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
}

/// What is odd about a clip. That numbers are missing or double is told by the intake.
pub fn check(clip: &Clip) -> Vec<ClipFinding> {
    let found = |kind, message| ClipFinding { clip: clip.name.clone(), kind, message };
    let reference = (!clip.has_reference()).then(|| {
        let remedy = "no painted drawing and no design sheet: give --painted or --sheets";
        found(ClipKind::NoReference, remedy.to_owned())
    });
    let sizes = sizes(clip).map(|message| found(ClipKind::Size, message));
    reference.into_iter().chain(sizes).collect()
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
