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

    /// The segments and their colours.
    pub fn segment(
        &self,
        reference: &Reference,
        alpha: AlphaRule,
        times: &StageTimes,
    ) -> Result<(Segmented, Vec<Rgba>), Failure> {
        let of_line = |error| Failure::new(&reference.line, &error);
        let of_painted = |error| Failure::new(&reference.painted, &error);
        let segmented = self.line.segment(alpha, times).map_err(of_line)?;
        let painted = self.painted.decode(times).map_err(of_painted)?;
        let colours = times
            .time(Stage::Segment, || cel::segment_colours(&segmented.labels, &painted))
            .map_err(|error| of_painted(error.into()))?;
        Ok((segmented, colours))
    }
}
