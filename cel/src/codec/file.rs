//! Drawings from the disk, with errors that name the file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{DecodeError, FileKind, MAX_PIXELS, ReadCause, ReadError, decode, probe};
use crate::{Drawing, Size};

/// Most bytes read of one file: the largest drawing as raw 16-bit RGBA, with room for what comes beside it.
const MAX_BYTES: u64 = MAX_PIXELS as u64 * 8 + 16_000_000;

/// Bytes that hold the header of either kind.
const HEADER_BYTES: u64 = 64;

/// Reads and decodes a drawing; its kind is told by the name of the file.
///
/// # Errors
/// If the file cannot be read or decoded; the message names file, cause and remedy on one line.
pub fn read(path: &Path) -> Result<Drawing, ReadError> {
    let attempt = || {
        let (kind, bytes) = load(path)?;
        Ok(decode(&bytes, kind)?)
    };
    attempt().map_err(|cause| ReadError { path: path.to_owned(), cause })
}

/// The kind of a drawing's file, told by its name, and its bytes, to be decoded later.
///
/// # Errors
/// If the file cannot be read, is empty, or has more bytes than any drawing needs.
pub fn load(path: &Path) -> Result<(FileKind, Vec<u8>), ReadCause> {
    let (kind, bytes) = load_up_to(path, MAX_BYTES + 1)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadCause::TooLong { limit: MAX_BYTES });
    }
    Ok((kind, bytes))
}

/// The size of a drawing on disk, from the first bytes of the file alone.
///
/// # Errors
/// As [`read`], as far as the header tells.
pub fn probe_file(path: &Path) -> Result<Size, ReadError> {
    let attempt = || {
        let (kind, bytes) = load_up_to(path, HEADER_BYTES)?;
        Ok(probe(&bytes, kind)?)
    };
    attempt().map_err(|cause| ReadError { path: path.to_owned(), cause })
}

/// The kind of a file and its first `limit` bytes.
pub(super) fn load_up_to(path: &Path, limit: u64) -> Result<(FileKind, Vec<u8>), ReadCause> {
    let kind = FileKind::from_path(path).ok_or(ReadCause::UnknownKind)?;
    let file = File::open(path)?;
    let expected = file.metadata()?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Err(DecodeError::Empty.into());
    }
    Ok((kind, bytes))
}
