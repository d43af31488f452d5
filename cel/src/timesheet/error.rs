//! What can be wrong with a time sheet. Every message is one line: the cause, then what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::MAX_FRAMES;

/// Why bytes are no time sheet.
#[derive(Debug, Error)]
pub enum SheetError {
    /// The operating system would not hand the file out.
    #[error("cannot be read ({0}): check the path and its permissions")]
    Io(#[from] io::Error),
    /// There are more bytes than any time sheet needs.
    #[error("over {} MB: no time sheet is as long; give another file", limit / 1_000_000)]
    TooLong {
        /// The most bytes that are read.
        limit: u64,
    },
    /// It begins as none of the known kinds; holds the first bytes, escaped.
    #[error("no time sheet of a known kind (starts with \"{start}\"): export it as XDTS, TDTS or STS")]
    Unknown {
        /// The first bytes, escaped to printable ASCII.
        start: String,
    },
    /// The text after the first line is not what it should be.
    #[error("damaged time sheet ({0}): export it again")]
    Json(#[from] serde_json::Error),
    /// It ends before all cels have come.
    #[error("truncated after {length} bytes: copy or export the time sheet again")]
    Truncated {
        /// Number of bytes there are.
        length: usize,
    },
    /// There is no column of drawings.
    #[error("a time sheet without cels: export it with its CELL columns")]
    NoCels,
    /// It is longer than any cut.
    #[error("{frames} frames; at most {MAX_FRAMES}: is the length of the cut right?")]
    TooManyFrames {
        /// The length that it states.
        frames: u32,
    },
}

impl SheetError {
    pub(super) fn unknown(bytes: &[u8]) -> Self {
        const SHOWN: usize = 24;
        Self::Unknown { start: bytes[..bytes.len().min(SHOWN)].escape_ascii().to_string() }
    }
}

/// Why a time sheet could not be read; the message names the file.
#[derive(Debug, Error)]
#[error("{}: {cause}", path.display())]
pub struct ReadSheetError {
    /// The file.
    pub path: PathBuf,
    /// What was wrong with it.
    #[source]
    pub cause: SheetError,
}
