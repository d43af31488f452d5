//! From files to drawings with segments.

use std::path::Path;

use cel::{AlphaRule, Drawing, FileKind, Labels, Rgba};
use common::{Digest, Reference};

use super::stages::{Stage, StageTimes};
use super::{Failure, PaintError};

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
    pub fn segment(&self, alpha: AlphaRule, times: &StageTimes) -> Result<Segmented, PaintError> {
        let drawing = self.decode(times)?;
        let labels = times.time(Stage::Segment, || cel::segment(&drawing, alpha));
        if labels.is_all_line() {
            return Err(PaintError::AllLine);
        }
        if labels.count == 1 && labels.has_no_line() {
            return Err(PaintError::NoLine);
        }
        Ok(Segmented { drawing, labels })
    }
}

/// A reference with its segments and their colours.
#[derive(Debug)]
pub(super) struct LoadedReference {
    /// Digest of line drawing and painted drawing.
    pub identity: Digest,
    pub segmented: Segmented,
    pub colours: Vec<Rgba>,
}

impl LoadedReference {
    pub fn load(reference: &Reference, alpha: AlphaRule, times: &StageTimes) -> Result<Self, Failure> {
        let of_line = |error| Failure::new(&reference.line, &error);
        let of_painted = |error| Failure::new(&reference.painted, &error);
        let line = DrawingFile::load(&reference.line, times).map_err(of_line)?;
        let segmented = line.segment(alpha, times).map_err(of_line)?;
        let file = DrawingFile::load(&reference.painted, times).map_err(of_painted)?;
        let painted = file.decode(times).map_err(of_painted)?;
        let colours = times
            .time(Stage::Segment, || cel::segment_colours(&segmented.labels, &painted))
            .map_err(|error| of_painted(error.into()))?;
        let parts = [line.digest.as_str().as_bytes(), file.digest.as_str().as_bytes()];
        Ok(Self { identity: Digest::of_parts(parts), segmented, colours })
    }
}
