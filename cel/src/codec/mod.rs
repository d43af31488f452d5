//! Drawings as files: PNG and TGA, in and out.
//!
//! A drawing keeps the format it came in, so that its painted version can be written the same way.

mod about;
mod error;
mod file;
pub(crate) mod png;
mod tga;

use std::path::Path;

use crate::{Drawing, FileFormat, Size};

pub use about::{About, about, about_file};
pub use error::{DecodeError, EncodeError, ReadCause, ReadError};
pub use file::{load, probe_file, read};

/// Most pixels a drawing may have; the header is checked against it before anything is allocated.
pub const MAX_PIXELS: usize = 100_000_000;

/// The kinds of image file a drawing can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Portable Network Graphics.
    Png,
    /// Truevision TGA (Targa).
    Tga,
}

impl FileKind {
    /// The kind that a file name ends with, whatever the case; `None` if it is neither.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        [Self::Png, Self::Tga].into_iter().find(|kind| extension.eq_ignore_ascii_case(kind.extension()))
    }

    /// The usual ending of a file name, in lower case and without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Tga => "tga",
        }
    }
}

impl std::fmt::Display for FileKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Tga => "TGA",
        })
    }
}

/// Decodes a whole file.
///
/// # Errors
/// If the bytes are no such file, are damaged or end early, use a variant outside the formats' usual ones,
/// or hold no pixel or more than [`MAX_PIXELS`].
pub fn decode(bytes: &[u8], kind: FileKind) -> Result<Drawing, DecodeError> {
    match kind {
        FileKind::Png => png::decode(bytes),
        FileKind::Tga => tga::decode(bytes),
    }
}

/// The size of a drawing from the first bytes of its file (33 of a PNG, 18 of a TGA are enough).
///
/// # Errors
/// As [`decode`], as far as the header tells.
pub fn probe(bytes: &[u8], kind: FileKind) -> Result<Size, DecodeError> {
    match kind {
        FileKind::Png => Ok(png::Header::parse(bytes)?.size),
        FileKind::Tga => tga::probe(bytes),
    }
}

/// Writes a drawing in its own format: the same drawing always gives the same bytes.
///
/// # Errors
/// If the drawing has no pixel, not as many as its size says, or more than its format can hold.
pub fn encode(drawing: &Drawing) -> Result<Vec<u8>, EncodeError> {
    if drawing.size.pixels() == 0 || drawing.pixels.len() != drawing.size.pixels() {
        return Err(EncodeError::Pixels { size: drawing.size, pixels: drawing.pixels.len() });
    }
    match drawing.format {
        FileFormat::Png { sixteen_bit } => png::encode(drawing, sixteen_bit),
        FileFormat::Tga { rle, pixel } => tga::encode(drawing, rle, pixel),
    }
}

/// Refuses a size that no drawing has, before memory is asked for.
fn check_size(size: Size) -> Result<(), DecodeError> {
    if size.width == 0 || size.height == 0 {
        return Err(DecodeError::NoPixels { size });
    }
    match (size.width as usize).checked_mul(size.height as usize) {
        Some(pixels) if pixels <= MAX_PIXELS => Ok(()),
        _ => Err(DecodeError::TooLarge { size }),
    }
}

#[cfg(test)]
mod tests;
