//! TGA, read in every common variant and written the way studio software reads it.
//!
//! Our own codec because the details of the file must survive (bits a pixel, run-length coding) and because
//! the encoder of the `image` crate writes rows top to bottom and lets packets cross rows, which paint software
//! rejects.

mod decode;
mod encode;
mod header;
mod layout;

pub(super) use decode::decode;
pub(super) use encode::encode;

use super::{About, DecodeError};
use crate::Size;
use header::Header;

/// The size from the first 18 bytes.
pub(super) fn probe(bytes: &[u8]) -> Result<Size, DecodeError> {
    Ok(Header::parse(bytes)?.size)
}

/// The facts in the header.
pub(super) fn about(bytes: &[u8]) -> Result<About, DecodeError> {
    let Header { size, depth, .. } = Header::parse(bytes)?;
    Ok(About { size, bits: depth, dpi: None })
}

#[cfg(test)]
mod tests;
