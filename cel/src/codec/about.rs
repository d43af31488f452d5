//! What a file says of itself beside the picture.

use std::path::Path;

use super::file::load_up_to;
use super::{DecodeError, FileKind, ReadError, png, tga};
use crate::Size;

/// Bytes of a file in which its facts are looked for: room for a usual colour profile before them.
const LOOKED_AT: u64 = 16 << 10;

/// What a file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Width and height in pixels.
    pub size: Size,
    /// Bits of a pixel in the file: of all channels, or of an index into a palette.
    pub bits: u8,
    /// Dots an inch, across and down, rounded. TGA has none.
    pub dpi: Option<[u32; 2]>,
}

/// Facts of a file, from its first bytes.
///
/// # Errors
/// As [`decode`](super::decode), as far as the header tells.
pub fn about(bytes: &[u8], kind: FileKind) -> Result<About, DecodeError> {
    match kind {
        FileKind::Png => png::about(bytes),
        FileKind::Tga => tga::about(bytes),
    }
}

/// Facts of a file on disk.
///
/// # Errors
/// As [`read`](super::read), as far as the header tells.
pub fn about_file(path: &Path) -> Result<About, ReadError> {
    let attempt = || {
        let (kind, bytes) = load_up_to(path, LOOKED_AT)?;
        Ok(about(&bytes, kind)?)
    };
    attempt().map_err(|cause| ReadError { path: path.to_owned(), cause })
}
