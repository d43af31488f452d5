//! TGA out: 24 or 32 bits, rows bottom to top, no packet across two rows.

use super::super::EncodeError;
use super::header::LENGTH;
use crate::repeats::runs;
use crate::{Drawing, Rgba};

/// Most pixels one packet can hold.
const PACKET: usize = 128;

/// Encodes a drawing whose pixels are as many as its size says.
pub(in super::super) fn encode(drawing: &Drawing, rle: bool) -> Result<Vec<u8>, EncodeError> {
    let size = drawing.size;
    let (Ok(width), Ok(height)) = (u16::try_from(size.width), u16::try_from(size.height)) else {
        return Err(EncodeError::TooLargeForTga { size });
    };
    let pixel_bytes = if drawing.has_alpha { 4 } else { 3 };
    let mut bytes = Vec::with_capacity(LENGTH + if rle { 0 } else { size.pixels() * pixel_bytes });
    bytes.extend([0, 0, if rle { 10 } else { 2 }, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend(if drawing.has_alpha { [32, 8] } else { [24, 0] });
    if drawing.has_alpha {
        write_rows(&mut bytes, drawing, rle, |Rgba([red, green, blue, alpha])| [blue, green, red, alpha]);
    } else {
        write_rows(&mut bytes, drawing, rle, |Rgba([red, green, blue, _])| [blue, green, red]);
    }
    Ok(bytes)
}

fn write_rows<const N: usize>(
    bytes: &mut Vec<u8>,
    drawing: &Drawing,
    rle: bool,
    pixel: impl Fn(Rgba) -> [u8; N],
) {
    let mut row = Vec::with_capacity(drawing.size.width as usize);
    for y in (0..drawing.size.height).rev() {
        row.clear();
        row.extend(drawing.row(y).iter().map(|&colour| pixel(colour)));
        if rle {
            write_packets(bytes, &row);
        } else {
            bytes.extend_from_slice(row.as_flattened());
        }
    }
}

/// Writes one row: repeats as run packets, what lies between them as literal packets.
fn write_packets<const N: usize>(bytes: &mut Vec<u8>, row: &[[u8; N]]) {
    let (mut literals, mut at) = (0, 0);
    for run in runs(row) {
        if run.len() == 1 {
            literals += 1;
        } else {
            write_literals(bytes, &row[at - literals..at]);
            literals = 0;
            write_run(bytes, run);
        }
        at += run.len();
    }
    write_literals(bytes, &row[at - literals..]);
}

fn write_literals<const N: usize>(bytes: &mut Vec<u8>, pixels: &[[u8; N]]) {
    for packet in pixels.chunks(PACKET) {
        bytes.push((packet.len() - 1) as u8);
        bytes.extend_from_slice(packet.as_flattened());
    }
}

fn write_run<const N: usize>(bytes: &mut Vec<u8>, pixels: &[[u8; N]]) {
    for packet in pixels.chunks(PACKET) {
        bytes.push(0x80 | (packet.len() - 1) as u8);
        bytes.extend_from_slice(&packet[0]);
    }
}
