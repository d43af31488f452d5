//! Drawings that are given painted: they go to the output as they are, so that the output is the whole clip.

use std::mem::discriminant;
use std::path::Path;

use super::{Failure, PaintError, Settings};
use crate::files;

/// Puts a painted drawing in its place in the output, in the file format that is asked for.
///
/// # Errors
/// When the painted drawing or its line drawing does not open, or the output cannot be written.
pub fn give(key: &str, line: &Path, painted: &Path, settings: &Settings) -> Result<(), Failure> {
    let open = |path: &Path| -> Result<_, PaintError> {
        let (kind, bytes) = cel::codec::load(path)?;
        Ok((cel::codec::decode(&bytes, kind)?, bytes))
    };
    let (line_drawing, _) = open(line).map_err(|error| Failure::new(line, &error))?;
    let (mut drawing, mut bytes) = open(painted).map_err(|error| Failure::new(painted, &error))?;
    let wanted = settings.format(line_drawing.format);
    if discriminant(&drawing.format) != discriminant(&wanted) {
        drawing.format = wanted;
        bytes = cel::codec::encode(&drawing).map_err(|error| Failure::new(painted, &error.into()))?;
    }
    let path = settings.painted(key);
    if std::fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    files::write_whole(&path, &bytes).map_err(|error| Failure::new(&path, &PaintError::Unwritable(error)))
}
