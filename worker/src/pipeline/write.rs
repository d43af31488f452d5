//! The last stage: fill, encode, write, and only then say that the drawing is painted.

use std::path::PathBuf;

use cel::Rgba;
use common::Digest;

use super::load::Segmented;
use super::stages::{Stage, StageTimes};
use super::{Event, Failure, PaintError, Settings};
use crate::files;
use crate::matching::Match;
use crate::sidecar::{Segment, Sidecar, Source};

/// A drawing whose colours are decided.
pub(super) struct Painting {
    pub key: String,
    /// File of the line drawing, for messages.
    pub line: PathBuf,
    pub fingerprint: Digest,
    pub segmented: Segmented,
    /// One for each segment, in label order.
    pub matches: Vec<Match>,
    /// Names of the references that the matches refer to.
    pub names: Vec<String>,
}

/// Writes the painted drawing, then its sidecar: a drawing counts as painted once that exists.
pub(super) fn commit(painting: Painting, settings: &Settings, times: &StageTimes) -> Event {
    match write(&painting, settings, times) {
        Ok(()) => Event::Painted(painting.key),
        Err(error) => Event::Failed(painting.key, Failure::new(&painting.line, &error)),
    }
}

fn write(painting: &Painting, settings: &Settings, times: &StageTimes) -> Result<(), PaintError> {
    let bytes = times.time(Stage::Paint, || -> Result<_, PaintError> {
        let Segmented { drawing, labels } = &painting.segmented;
        let colours: Vec<Option<Rgba>> = painting.matches.iter().map(|m| Some(m.colour)).collect();
        let mut painted = cel::paint(drawing, labels, &colours, settings.ink());
        painted.format = settings.format(drawing.format);
        Ok(cel::codec::encode(&painted)?)
    })?;
    let path = settings.painted(&painting.key);
    times.time(Stage::Write, || {
        files::write_whole(&path, &bytes).map_err(PaintError::Unwritable)?;
        sidecar(painting, &bytes).write(&path).map_err(PaintError::Unwritable)
    })
}

fn sidecar(painting: &Painting, bytes: &[u8]) -> Sidecar {
    let areas = painting.segmented.labels.areas();
    let segments = painting.matches.iter().zip(areas).zip(1..).map(|((matched, pixels), label)| Segment {
        label,
        pixels,
        rgba: matched.colour,
        similarity: matched.similarity,
        margin: matched.margin,
        confidence: matched.confidence,
        source: Source { drawing: painting.names[matched.reference].clone(), label: matched.label },
    });
    let (fingerprint, segments) = (painting.fingerprint.clone(), segments.collect());
    Sidecar { fingerprint, painted: Digest::of(bytes), segments }
}
