//! The last stage: fill, encode, write, and only then say that the drawing is painted.

use std::path::{Path, PathBuf};

use cel::{Drawing, Palette, Rgba};
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
    /// The colours of the references.
    pub palette: Palette,
}

/// Writes the painted drawing, then its sidecar: a drawing counts as painted once that exists.
pub(super) fn commit(painting: Painting, settings: &Settings, times: &StageTimes) -> Event {
    match write(&painting, settings, times) {
        Ok(()) => Event::Painted(painting.key),
        Err(error) => Event::Failed(painting.key, Failure::new(&painting.line, &error)),
    }
}

fn write(painting: &Painting, settings: &Settings, times: &StageTimes) -> Result<(), PaintError> {
    let Segmented { drawing, labels, .. } = &painting.segmented;
    let colours: Vec<Option<Rgba>> = painting.matches.iter().map(|m| Some(m.colour)).collect();
    let bytes = times.time(Stage::Paint, || -> Result<_, PaintError> {
        let mut painted = cel::paint(drawing, labels, &colours, settings.alpha, &settings.rules);
        painted.format = settings.format(drawing.format);
        Ok(cel::codec::encode(&painted)?)
    })?;
    let path = settings.painted(&painting.key);
    times.time(Stage::Write, || {
        files::write_whole(&path, &bytes).map_err(PaintError::Unwritable)?;
        if let Err(error) = check_written(&path, painting, settings) {
            std::fs::remove_file(&path).map_err(PaintError::Unwritable)?;
            return Err(error);
        }
        if settings.layers {
            write_layers(painting, &colours, settings)?;
        }
        sidecar(painting, &bytes).write(&path).map_err(PaintError::Unwritable)
    })
}

/// Writes line and paint apart, each under the name of the painted drawing.
fn write_layers(
    painting: &Painting,
    colours: &[Option<Rgba>],
    settings: &Settings,
) -> Result<(), PaintError> {
    let Segmented { drawing, labels, .. } = &painting.segmented;
    let cel::Layers { line, paint } = cel::layers(drawing, labels, colours, settings.alpha, &settings.rules);
    for (name, layer) in [("line", line), ("paint", paint)] {
        let layer = Drawing { format: settings.format(drawing.format), ..layer };
        let bytes = cel::codec::encode(&layer)?;
        files::write_whole(&settings.layer(name, &painting.key), &bytes).map_err(PaintError::Unwritable)?;
    }
    Ok(())
}

/// Reads the painted file again: what a studio gets holds colours of the references alone.
fn check_written(path: &Path, painting: &Painting, settings: &Settings) -> Result<(), PaintError> {
    let Segmented { drawing, labels, .. } = &painting.segmented;
    let written = cel::codec::read(path).map_err(PaintError::Unreadable)?;
    let (alpha, rules) = (settings.alpha, &settings.rules);
    match cel::off_palette(&written, (drawing, labels), &painting.palette, alpha, rules) {
        Some(off) => Err(off.into()),
        None => Ok(()),
    }
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
    let gaps = painting.segmented.gaps.clone();
    Sidecar { fingerprint, painted: Digest::of(bytes), gaps, segments }
}

#[cfg(test)]
mod tests {
    use cel::{AlphaRule, FileFormat, Size};

    use super::*;
    use crate::pipeline::Settings;

    const RED: Rgba = Rgba::opaque(200, 0, 0);

    /// A box on paper, its inside to be painted red.
    fn painting() -> Painting {
        let size = Size { width: 5, height: 5 };
        let is_line = |i: usize| (1..4).contains(&(i % 5)) && (1..4).contains(&(i / 5)) && i != 12;
        let pixels = (0..25).map(|i| if is_line(i) { Rgba::BLACK } else { Rgba::EMPTY }).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        let drawing = Drawing { size, pixels, has_alpha: true, format };
        let labels = cel::segment(&drawing, AlphaRule::Composite);
        let matched =
            |colour| Match { reference: 0, label: 1, colour, similarity: 1.0, margin: 1.0, confidence: 1.0 };
        Painting {
            key: "a.png".into(),
            line: "line/a.png".into(),
            fingerprint: Digest::of(b"f"),
            segmented: Segmented { drawing, labels, gaps: None },
            matches: vec![matched(Rgba::EMPTY), matched(RED)],
            names: vec!["r".into()],
            palette: Palette::from([RED]),
        }
    }

    fn commit_to(folder: &Path, painting: Painting) -> Event {
        commit(painting, &Settings::new(folder.to_path_buf()), &StageTimes::default())
    }

    #[test]
    fn a_colour_that_no_reference_has_fails_the_drawing_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(commit_to(folder.path(), painting()), Event::Painted("a.png".into()));
        let invented = Painting { palette: Palette::new(), ..painting() };
        let Event::Failed(_, failure) = commit_to(folder.path(), invented) else { panic!("not failed") };
        assert!(failure.error.contains("1 pixels") && failure.error.contains("x 2, y 2"), "{failure}");
        assert!(!folder.path().join("a.png").exists());
    }
}
