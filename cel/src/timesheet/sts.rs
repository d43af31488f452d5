//! STS (Shirahei): a byte each for signature length and number of layers, frames as 16 bits, then layer after layer a
//! 16-bit number for every frame, and the names of the layers in Shift-JIS.

use super::{Column, Exposure, SheetError, TimeSheet, finish, letter};

/// How a file begins: the length of the name of the format, and that.
pub(super) const SIGNATURE: &[u8] = b"\x11ShiraheiTimeSheet";
/// Layers, frames, and two bytes that say nothing here.
const HEADER: usize = 5;

/// Reads what comes after the signature.
pub(super) fn parse(rest: &[u8]) -> Result<TimeSheet, SheetError> {
    let truncated = || SheetError::Truncated { length: SIGNATURE.len() + rest.len() };
    let (header, data) = rest.split_at_checked(HEADER).ok_or_else(truncated)?;
    let (layers, frames) = (usize::from(header[0]), u16::from_le_bytes([header[1], header[2]]));
    let (cells, mut names) = data.split_at_checked(layers * usize::from(frames) * 2).ok_or_else(truncated)?;
    let mut notices = Vec::new();
    let mut columns = Vec::with_capacity(layers);
    for layer in 0..layers {
        let bytes = usize::from(frames) * 2;
        let exposures = exposures(&cells[layer * bytes..][..bytes]);
        columns.push(Column { name: name(&mut names, layer, &mut notices), exposures });
    }
    finish(None, frames.into(), columns, notices)
}

/// The changes in a layer; 0 is nothing.
fn exposures(cells: &[u8]) -> Vec<Exposure> {
    let mut exposures: Vec<Exposure> = Vec::new();
    let numbers = cells.as_chunks::<2>().0.iter().map(|&bytes| u16::from_le_bytes(bytes));
    let mut before = 0;
    for (frame, number) in (0..).zip(numbers) {
        if number != before {
            exposures.push(Exposure { frame, drawing: (number > 0).then(|| number.to_string()) });
        }
        before = number;
    }
    exposures
}

/// Takes the next name; the letter of its place where there is none.
fn name(names: &mut &[u8], layer: usize, notices: &mut Vec<String>) -> String {
    let taken = names.split_first().and_then(|(&length, rest)| rest.split_at_checked(length.into()));
    let (bytes, rest) = taken.unwrap_or_default();
    *names = rest;
    let (name, _, damaged) = encoding_rs::SHIFT_JIS.decode(bytes);
    let name = name.trim();
    if !name.is_empty() && !damaged {
        return name.to_owned();
    }
    let name = letter(layer);
    notices.push(format!("column {} has no readable name: taken for {name}", layer + 1));
    name
}
