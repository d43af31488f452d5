//! Which drawings of a clip are painted from which painted one, and in what order. Pure, by positions in the clip.

use std::ops::Range;

use common::Mode;

/// Drawings that are painted one after the other from the same painted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The painted drawing it starts from, if the mode uses one.
    pub anchor: Option<usize>,
    /// The drawings in order. Painted ones among them are passed over, but keep their place: one that becomes painted
    /// does not move the others.
    pub positions: Vec<usize>,
}

impl Run {
    fn forward(anchor: Option<usize>, positions: Range<usize>) -> Self {
        Self { anchor, positions: positions.collect() }
    }

    fn backward(anchor: usize, positions: Range<usize>) -> Self {
        Self { anchor: Some(anchor), positions: positions.rev().collect() }
    }
}

/// Whether each painted drawing of a run is a reference of the next one.
pub(crate) const fn carries(mode: Mode) -> bool {
    matches!(mode, Mode::PreviousFrame | Mode::Nearest)
}

/// The runs of a clip whose drawings are painted or not. Every drawing that is not is in exactly one.
pub(crate) fn runs(painted: &[bool], mode: Mode) -> Vec<Run> {
    let anchors: Vec<usize> = (0..painted.len()).filter(|&i| painted[i]).collect();
    let first = anchors.first().copied();
    match mode {
        Mode::Keyframe => vec![Run::forward(None, 0..painted.len())],
        Mode::FirstFrame => vec![Run::forward(first, 0..painted.len())],
        Mode::PreviousFrame => chains(painted.len(), first.as_slice()),
        Mode::Nearest => chains(painted.len(), &anchors),
    }
}

/// Two chains for each anchor: forward to half the way to the next anchor, backward to half the way to the last one.
/// A drawing as far from both goes to the earlier anchor. Without an anchor, one chain through the whole clip.
fn chains(drawings: usize, anchors: &[usize]) -> Vec<Run> {
    if anchors.is_empty() {
        return vec![Run::forward(None, 0..drawings)];
    }
    let mut runs = Vec::new();
    for (i, &anchor) in anchors.iter().enumerate() {
        let start = if i == 0 { 0 } else { usize::midpoint(anchors[i - 1], anchor) + 1 };
        let end = anchors.get(i + 1).map_or(drawings, |next| usize::midpoint(anchor, *next) + 1);
        runs.push(Run::forward(Some(anchor), anchor + 1..end));
        runs.push(Run::backward(anchor, start..anchor));
    }
    runs
}
