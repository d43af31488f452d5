//! Time sheets: which drawing of each cel is seen from which frame on. Reads XDTS, TDTS and STS, told apart by how they
//! begin.

mod error;
mod sts;
mod table;
mod tdts;
mod xdts;

#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::path::Path;

pub use self::error::{ReadSheetError, SheetError};

/// Frames a second: no time sheet says otherwise.
pub const FPS: u32 = 24;
/// Most frames of a sheet: over an hour.
pub const MAX_FRAMES: u32 = 100_000;
/// Most bytes that are read of one file.
const MAX_BYTES: u64 = 64 << 20;

/// Endings of the names of time sheets. `.xtds` is a common slip.
const EXTENSIONS: [&str; 4] = ["xdts", "xtds", "tdts", "sts"];

/// A time sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeSheet {
    /// The cut, where the sheet names it.
    pub cut: Option<String>,
    /// Length in frames.
    pub frames: u32,
    /// The cels, the lowest first.
    pub columns: Vec<Column>,
    /// What was odd in the file, and how it was read, a line each.
    pub notices: Vec<String>,
}

/// What is seen of one cel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name of the cel as it is spelled in the sheet.
    pub name: String,
    /// The changes in order, each at its own frame below the sheet's length; before the first one nothing is seen.
    pub exposures: Vec<Exposure>,
}

/// From this frame to the next change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The frame, from 0.
    pub frame: u32,
    /// The drawing as the sheet calls it, mostly its number; `None` where nothing is seen.
    pub drawing: Option<String>,
}

impl TimeSheet {
    /// Whether a file is a time sheet by its name.
    #[must_use]
    pub fn is_named(path: &Path) -> bool {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no time sheet; the message names file, cause and remedy on one line.
    pub fn read(path: &Path) -> Result<Self, ReadSheetError> {
        let attempt = || {
            let mut bytes = Vec::new();
            std::fs::File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MAX_BYTES {
                return Err(SheetError::TooLong { limit: MAX_BYTES });
            }
            Self::parse(&bytes)
        };
        attempt().map_err(|cause| ReadSheetError { path: path.to_owned(), cause })
    }

    /// Reads the content of a file.
    ///
    /// # Errors
    /// When it begins as no time sheet does, is damaged, ends early, or has no cel or over [`MAX_FRAMES`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SheetError> {
        if let Some(rest) = bytes.strip_prefix(sts::SIGNATURE) {
            return sts::parse(rest);
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if let Some(json) = text.strip_prefix(xdts::SIGNATURE) {
            return xdts::parse(json);
        }
        if let Some(json) = text.strip_prefix(tdts::SIGNATURE) {
            return tdts::parse(json);
        }
        Err(SheetError::unknown(bytes))
    }

    /// Everything that a cel shows: of all columns of that name, whatever the case.
    pub fn columns_of<'a>(&'a self, cel: &'a str) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().filter(move |column| column.name.eq_ignore_ascii_case(cel))
    }
}

/// Puts together what a reader has found, and makes sure of what the types promise.
fn finish(
    cut: Option<String>,
    frames: u32,
    columns: Vec<Column>,
    mut notices: Vec<String>,
) -> Result<TimeSheet, SheetError> {
    if frames > MAX_FRAMES {
        return Err(SheetError::TooManyFrames { frames });
    }
    if columns.is_empty() {
        return Err(SheetError::NoCels);
    }
    let same = |a: &Column, b: &Column| a.name.eq_ignore_ascii_case(&b.name);
    for (i, column) in columns.iter().enumerate() {
        if columns[..i].iter().any(|other| same(other, column)) {
            notices.push(format!("two columns are named {}: both count", column.name));
        }
    }
    notices.dedup();
    Ok(TimeSheet { cut: cut.filter(|cut| !cut.trim().is_empty()), frames, columns, notices })
}

/// The name of a column that has none: columns are A, B, C … from below.
fn letter(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    if index < 26 { letter.to_string() } else { format!("{letter}{}", index / 26 + 1) }
}
