//! From files to drawings with segments.

use std::path::Path;

use cel::{Drawing, FileKind, Gap, Labels, Precedent, Rgba, SizeMismatch};
use common::{Digest, Reference};

use super::stages::{Stage, StageTimes};
use super::{Failure, PaintError, Settings};

/// A line drawing with its segments.
#[derive(Clone, Debug)]
pub(crate) struct Segmented {
    pub drawing: Drawing,
    pub labels: Labels,
    /// The gaps that were closed for it, if any might be.
    pub gaps: Option<Vec<Gap>>,
}

/// The content of a drawing's file, decoded when that is needed.
#[derive(Debug)]
pub(super) struct DrawingFile {
    pub digest: Digest,
    bytes: Vec<u8>,
    kind: FileKind,
}

impl DrawingFile {
    pub fn load(path: &Path, times: &StageTimes) -> Result<Self, PaintError> {
        let (kind, bytes) = times.time(Stage::Decode, || cel::codec::load(path))?;
        Ok(Self { digest: Digest::of(&bytes), bytes, kind })
    }

    pub fn decode(&self, times: &StageTimes) -> Result<Drawing, PaintError> {
        Ok(times.time(Stage::Decode, || cel::codec::decode(&self.bytes, self.kind))?)
    }

    /// Decodes and segments; a drawing that has no line, or nothing but line, is an error. Other drawings of the clip tell
    /// which gaps are closed.
    pub fn segment(
        &self,
        settings: &Settings,
        times: &StageTimes,
        precedents: &[&Precedent],
    ) -> Result<Segmented, PaintError> {
        let drawing = self.decode(times)?;
        times.time(Stage::Segment, || {
            let gaps = settings.gaps(&drawing, precedents);
            Segmented::new(drawing, gaps, settings)
        })
    }
}

impl Segmented {
    /// Segments with these gaps closed; a drawing that has no line, or nothing but line, is an error.
    pub(super) fn new(
        drawing: Drawing,
        gaps: Option<Vec<Gap>>,
        settings: &Settings,
    ) -> Result<Self, PaintError> {
        let labels = cel::segment_with(&drawing, settings.alpha, gaps.as_deref().unwrap_or_default());
        let segmented = Self { drawing, labels, gaps };
        segmented.check()?;
        Ok(segmented)
    }

    /// The colours that its segments have in a painted drawing, as the show means them.
    pub fn colours(&self, painted: &Drawing, settings: &Settings) -> Result<Vec<Rgba>, SizeMismatch> {
        let Self { drawing, labels, .. } = self;
        cel::meant_colours(drawing, painted, labels, settings.alpha, settings.rules.white)
    }

    fn check(&self) -> Result<(), PaintError> {
        if self.labels.is_all_line() {
            return Err(PaintError::AllLine);
        }
        if self.labels.count == 1 && self.labels.has_no_line() {
            return Err(PaintError::NoLine);
        }
        Ok(())
    }
}

/// The files of a reference, not decoded yet.
#[derive(Debug)]
pub(super) struct ReferenceFiles {
    line: DrawingFile,
    painted: DrawingFile,
}

impl ReferenceFiles {
    pub fn load(reference: &Reference, times: &StageTimes) -> Result<Self, Failure> {
        let load = |path: &Path| DrawingFile::load(path, times).map_err(|error| Failure::new(path, &error));
        Ok(Self { line: load(&reference.line)?, painted: load(&reference.painted)? })
    }

    /// Digest of line drawing and painted drawing.
    pub fn identity(&self) -> Digest {
        Digest::of_parts([&self.line, &self.painted].map(|file| file.digest.as_str().as_bytes()))
    }

    /// The segments and their colours. One file for both is painted only: its line drawing is derived.
    pub fn segment(
        &self,
        reference: &Reference,
        settings: &Settings,
        times: &StageTimes,
    ) -> Result<(Segmented, Vec<Rgba>), Failure> {
        let of_painted = |error| Failure::new(&reference.painted, &error);
        let colours = |segmented: &Segmented, painted: &Drawing| {
            let colours = times.time(Stage::Segment, || segmented.colours(painted, settings));
            colours.map_err(|error| of_painted(error.into()))
        };
        if self.is_painted_only() {
            let painted = self.painted.decode(times).map_err(of_painted)?;
            let segmented = derived(&painted, settings, times).map_err(of_painted)?;
            let mut colours = colours(&segmented, &painted)?;
            clear_paper(&segmented.labels, &mut colours);
            return Ok((segmented, colours));
        }
        let segmented = self.lines(reference, settings, times)?;
        let painted = self.painted.decode(times).map_err(of_painted)?;
        let colours = colours(&segmented, &painted)?;
        Ok((segmented, colours))
    }

    /// The segments alone.
    fn lines(
        &self,
        reference: &Reference,
        settings: &Settings,
        times: &StageTimes,
    ) -> Result<Segmented, Failure> {
        let (path, segmented) = if self.is_painted_only() {
            let painted = self.painted.decode(times);
            (&reference.painted, painted.and_then(|painted| derived(&painted, settings, times)))
        } else {
            (&reference.line, self.line.segment(settings, times, &[]))
        };
        segmented.map_err(|error| Failure::new(path, &error))
    }

    fn is_painted_only(&self) -> bool {
        self.line.digest == self.painted.digest
    }
}

/// The line drawing of one that is painted only.
fn derived(painted: &Drawing, settings: &Settings, times: &StageTimes) -> Result<Segmented, PaintError> {
    times.time(Stage::Segment, || {
        let drawing = cel::derive_line(painted);
        let gaps = settings.gaps(&drawing, &[]);
        Segmented::new(drawing, gaps, settings)
    })
}

/// The line drawing of a reference and its segments, as the painter sees them.
pub(crate) fn reference_lines(reference: &Reference, settings: &Settings) -> Result<Segmented, Failure> {
    let times = StageTimes::default();
    ReferenceFiles::load(reference, &times)?.lines(reference, settings, &times)
}

/// White around the figures of a painted sheet is paper and not paint.
fn clear_paper(labels: &Labels, colours: &mut [Rgba]) {
    let (width, last) = (labels.size.width as usize, labels.size.height - 1);
    let sides = (0..labels.size.height).flat_map(|y| [labels.row(y)[0], labels.row(y)[width - 1]]);
    for label in labels.row(0).iter().chain(labels.row(last)).copied().chain(sides) {
        if let Some(colour) = colours.get_mut((label as usize).wrapping_sub(1))
            && *colour == Rgba::WHITE
        {
            *colour = Rgba::EMPTY;
        }
    }
}
