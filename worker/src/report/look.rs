//! What a look at the files of one drawing tells.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cel::{AlphaRule, Colouring, Drawing, Flicker, Hole, Labels, OffPalette, PaintRules, Palette};
use common::Digest;

use super::ReportDrawing;
use super::facts::Status;
use super::thumbnail::Thumbnails;
use crate::sidecar::{Segment, Sidecar};

/// What was seen of a drawing.
pub(super) struct Look {
    pub status: Status,
    pub segments: usize,
    /// Most expected wrong pixels first.
    pub to_review: Vec<Segment>,
    pub holes: Vec<Hole>,
    pub off_palette: Option<OffPalette>,
    pub flicker: Vec<Flicker>,
    /// `None` for a drawing that was not painted.
    pub pictures: Option<Thumbnails>,
}

/// Where the files of a clip are, and what its drawings may hold.
pub(super) struct Looker<'a> {
    pub out: &'a Path,
    pub alpha: AlphaRule,
    pub rules: &'a PaintRules,
    pub palette: Palette,
}

/// A painted drawing, opened.
struct Opened {
    line: Drawing,
    labels: Labels,
    painted: Drawing,
    digest: Digest,
    /// `None` for one that was given painted.
    sidecar: Option<Sidecar>,
}

impl Opened {
    fn colouring(&self) -> Colouring<'_> {
        Colouring { line: &self.line, labels: &self.labels, painted: &self.painted }
    }
}

impl Looker<'_> {
    /// Looks at some drawings of a clip, in order, each between its neighbours.
    pub fn look_through(&self, clip: &[ReportDrawing], range: Range<usize>) -> Vec<Look> {
        let open = |i: usize| clip.get(i).and_then(|drawing| self.open(drawing));
        let mut before = range.start.checked_sub(1).and_then(open);
        let mut now = open(range.start);
        let look = |i: usize| {
            let after = open(i + 1);
            let look = self.look(&clip[i], before.as_ref(), now.as_ref(), after.as_ref());
            before = now.take();
            now = after;
            look
        };
        range.map(look).collect()
    }

    fn look(
        &self,
        drawing: &ReportDrawing,
        before: Option<&Opened>,
        now: Option<&Opened>,
        after: Option<&Opened>,
    ) -> Look {
        let known = |opened: &&Opened| drawing.given || opened.sidecar.is_some();
        let Some(opened) = now.filter(known) else { return Look::nothing() };
        let Opened { line, labels, painted, sidecar, .. } = opened;
        let status = match sidecar {
            None => Status::Given,
            Some(sidecar) if sidecar.painted == opened.digest => Status::Painted,
            Some(_) => Status::Edited,
        };
        let to_review: Vec<Segment> =
            sidecar.iter().flat_map(Sidecar::to_review).map(|segment| (*segment).clone()).collect();
        let off = || cel::off_palette(painted, (line, labels), &self.palette, self.alpha, self.rules);
        let flicker = match (before, after) {
            (Some(before), Some(after)) => {
                cel::flicker(before.colouring(), opened.colouring(), after.colouring(), self.alpha)
            }
            _ => Vec::new(),
        };
        let holes = cel::holes(painted, labels);
        let odd = holes.iter().map(|hole| hole.label).chain(flicker.iter().map(|flicker| flicker.label));
        let marked: Vec<u32> = to_review.iter().map(|segment| segment.label).chain(odd).collect();
        Look {
            status,
            segments: labels.count as usize,
            holes,
            off_palette: if drawing.given { None } else { off() },
            flicker,
            pictures: Thumbnails::make(line, painted, labels, &marked),
            to_review,
        }
    }

    /// Opens a drawing; `None` if one of its files does not open, or the two do not fit.
    fn open(&self, drawing: &ReportDrawing) -> Option<Opened> {
        let (kind, bytes) = cel::codec::load(&self.out.join(&drawing.key)).ok()?;
        let painted = cel::codec::decode(&bytes, kind).ok()?;
        let line = cel::codec::read(&drawing.line).ok()?;
        let sidecar = Sidecar::read(&self.out.join(&drawing.key)).filter(|_| !drawing.given);
        let gaps = sidecar.as_ref().and_then(|sidecar| sidecar.gaps.as_deref());
        let labels = cel::segment_as(&line, self.alpha, gaps, self.rules.close_gaps);
        let digest = Digest::of(&bytes);
        (painted.size == line.size).then_some(Opened { line, labels, painted, digest, sidecar })
    }
}

impl Look {
    /// There is nothing to see.
    const fn nothing() -> Self {
        Self {
            status: Status::NotPainted,
            segments: 0,
            to_review: Vec::new(),
            holes: Vec::new(),
            off_palette: None,
            flicker: Vec::new(),
            pictures: None,
        }
    }
}

/// Every colour that occurs in painted drawings. One that does not open has none.
pub(super) fn palette(references: &[PathBuf]) -> Palette {
    let unique: BTreeSet<&PathBuf> = references.iter().collect();
    let opened = unique.into_iter().filter_map(|path| cel::codec::read(path).ok());
    opened.flat_map(|drawing| drawing.pixels).collect()
}
