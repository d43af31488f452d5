//! What can be wrong with a file. Every message is one line: the cause, then what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::{FileKind, MAX_PIXELS};
use crate::Size;

/// Why bytes could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// There are no bytes.
    #[error("file is empty: export it again as PNG or TGA")]
    Empty,
    /// The bytes are something else; holds the kind expected and the first bytes, escaped.
    #[error("not a {kind} file (starts with \"{start}\"): export it again as PNG or TGA")]
    NotThisKind {
        /// The kind of file that was expected.
        kind: FileKind,
        /// The first bytes of the file, escaped to printable ASCII.
        start: String,
    },
    /// The bytes are a PNG file, though its name says otherwise.
    #[error("a PNG file named as {kind}: rename it to .png")]
    ReallyPng {
        /// The kind of file that was expected.
        kind: FileKind,
    },
    /// The bytes end before the image does.
    #[error("truncated after {length} bytes: copy or export the file again")]
    Truncated {
        /// Number of bytes there are.
        length: usize,
    },
    /// Width or height is zero.
    #[error("{size} pixels is no image: export it again")]
    NoPixels {
        /// The size that the header states.
        size: Size,
    },
    /// More than [`MAX_PIXELS`].
    #[error("{size} pixels is over the limit of {} megapixels: export it smaller", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// The size that the header states.
        size: Size,
    },
    /// A variant that is not read.
    #[error("{kind} with {what} is not supported: export it as 24 or 32 bit {kind}")]
    Unsupported {
        /// The kind of file.
        kind: FileKind,
        /// The variant.
        what: String,
    },
    /// The content contradicts itself.
    #[error("damaged {kind} file ({what}): copy or export it again")]
    Damaged {
        /// The kind of file.
        kind: FileKind,
        /// What is wrong.
        what: String,
    },
}

impl DecodeError {
    /// The error for bytes that do not begin as a file of this kind does.
    pub(super) fn not_this_kind(kind: FileKind, bytes: &[u8]) -> Self {
        const SHOWN: usize = 7;
        let start = bytes[..bytes.len().min(SHOWN)].escape_ascii().to_string();
        Self::NotThisKind { kind, start }
    }
}

/// Why a drawing could not be encoded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The pixels are not as many as the size says, or there are none.
    #[error("a drawing of {size} cannot have {pixels} pixels")]
    Pixels {
        /// The size of the drawing.
        size: Size,
        /// The number of its pixels.
        pixels: usize,
    },
    /// TGA counts rows and columns in 16 bits.
    #[error("{size} pixels is too large for a TGA file: write it as PNG")]
    TooLargeForTga {
        /// The size of the drawing.
        size: Size,
    },
    /// The PNG encoder refused.
    #[error("cannot write PNG: {0}")]
    Png(String),
}

/// Why a file could not be read; the message names the file.
#[derive(Debug, Error)]
#[error("{}: {cause}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What was wrong with it.
    #[source]
    pub cause: ReadCause,
}

/// What was wrong with a file.
#[derive(Debug, Error)]
pub enum ReadCause {
    /// The operating system would not hand it out.
    #[error("cannot be read ({0}): check the path and its permissions")]
    Io(#[from] io::Error),
    /// The name does not end in .png or .tga.
    #[error("neither .png nor .tga by its name: export it as PNG or TGA")]
    UnknownKind,
    /// The file has more bytes than any drawing needs.
    #[error("over {} MB: export it smaller", limit / 1_000_000)]
    TooLong {
        /// The most bytes that are read.
        limit: u64,
    },
    /// The content is not a drawing.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}
