//! Drawings that are given painted: they go to the output as they are, so that the output is the whole clip.

use std::path::Path;

use cel::FileKind;

use super::{Failure, PaintError, Settings};
use crate::files;

/// Puts a painted drawing in its place in the output, in the file format of its line drawing.
///
/// # Errors
/// When the painted drawing cannot be read, or the output cannot be written.
pub fn give(key: &str, line: &Path, painted: &Path, settings: &Settings) -> Result<(), Failure> {
    let bytes = convert(line, painted).map_err(|error| Failure::new(painted, &error))?;
    let path = settings.painted(key);
    if std::fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    files::write_whole(&path, &bytes).map_err(|error| Failure::new(&path, &PaintError::Unwritable(error)))
}

/// The file as it is, where its kind is that of the line drawing.
fn convert(line: &Path, painted: &Path) -> Result<Vec<u8>, PaintError> {
    let bytes = std::fs::read(painted).map_err(PaintError::Unreadable)?;
    let (from, to) = (FileKind::from_path(painted), FileKind::from_path(line));
    if from == to {
        return Ok(bytes);
    }
    let mut drawing = cel::codec::decode(&bytes, from.ok_or(PaintError::UnknownKind)?)?;
    let line_bytes = std::fs::read(line).map_err(PaintError::Unreadable)?;
    drawing.format = cel::codec::decode(&line_bytes, to.ok_or(PaintError::UnknownKind)?)?.format;
    Ok(cel::codec::encode(&drawing)?)
}
