//! From files to drawings with segments.

use std::path::Path;

use cel::rules::WhiteRule;
use cel::{Drawing, FileKind, Labels, Rgba, SizeMismatch};
use common::{Digest, Reference};

use super::stages::{Stage, StageTimes};
use super::{Failure, PaintError, Settings};

/// A line drawing with its segments.
#[derive(Clone, Debug)]
pub(super) struct Segmented {
    pub drawing: Drawing,
    pub labels: Labels,
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

    fn decode(&self, times: &StageTimes) -> Result<Drawing, PaintError> {
        Ok(times.time(Stage::Decode, || cel::codec::decode(&self.bytes, self.kind))?)
    }

    /// Decodes and segments; a drawing that has no line, or nothing but line, is an error.
    pub fn segment(&self, settings: &Settings, times: &StageTimes) -> Result<Segmented, PaintError> {
        let drawing = self.decode(times)?;
        let labels = times.time(Stage::Segment, || settings.segment(&drawing));
        let segmented = Segmented { drawing, labels };
        segmented.check()?;
        Ok(segmented)
    }
}

impl Segmented {
    /// The colours that its segments have in a painted drawing, as the show means them.
    pub fn colours(&self, painted: &Drawing, settings: &Settings) -> Result<Vec<Rgba>, SizeMismatch> {
        let colours = cel::painted_colours(&self.drawing, painted, &self.labels, settings.alpha)?;
        let is_empty = |colour| !painted.has_alpha && colour == Rgba::WHITE;
        let meant = |colour| match settings.rules.white {
            WhiteRule::Empty if is_empty(colour) => Rgba::EMPTY,
            _ => colour,
        };
        Ok(colours.into_iter().map(meant).collect())
    }

    /// A drawing that has no line, or nothing but line, is an error.
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
        if self.line.digest == self.painted.digest {
            return self.derive(settings, times).map_err(|error| Failure::new(&reference.painted, &error));
        }
        let of_line = |error| Failure::new(&reference.line, &error);
        let of_painted = |error| Failure::new(&reference.painted, &error);
        let segmented = self.line.segment(settings, times).map_err(of_line)?;
        let painted = self.painted.decode(times).map_err(of_painted)?;
        let colours = times
            .time(Stage::Segment, || segmented.colours(&painted, settings))
            .map_err(|error| of_painted(error.into()))?;
        Ok((segmented, colours))
    }

    fn derive(&self, settings: &Settings, times: &StageTimes) -> Result<(Segmented, Vec<Rgba>), PaintError> {
        let painted = self.painted.decode(times)?;
        times.time(Stage::Segment, || {
            let drawing = cel::derive_line(&painted);
            let labels = settings.segment(&drawing);
            let segmented = Segmented { drawing, labels };
            segmented.check()?;
            let mut colours = segmented.colours(&painted, settings)?;
            clear_paper(&segmented.labels, &mut colours);
            Ok((segmented, colours))
        })
    }
}

/// The segments of a reference, as the painter sees them.
pub(crate) fn reference_labels(reference: &Reference, settings: &Settings) -> Result<Labels, Failure> {
    let times = StageTimes::default();
    let files = ReferenceFiles::load(reference, &times)?;
    files.segment(reference, settings, &times).map(|(segmented, _)| segmented.labels)
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
