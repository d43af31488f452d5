//! TGA out: 24 or 32 bits, rows bottom to top, no packet across two rows.

use super::super::EncodeError;
use super::header::LENGTH;
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
    for y in (0..size.height).rev() {
        let row = drawing.row(y);
        if rle {
            write_packets(&mut bytes, row, pixel_bytes);
        } else {
            row.iter().for_each(|&pixel| write_pixel(&mut bytes, pixel, pixel_bytes));
        }
    }
    Ok(bytes)
}

fn write_pixel(bytes: &mut Vec<u8>, pixel: Rgba, pixel_bytes: usize) {
    let [red, green, blue, alpha] = pixel.0;
    bytes.extend_from_slice(&[blue, green, red, alpha][..pixel_bytes]);
}

/// Writes one row: repeats as run packets, what lies between them as literal packets.
fn write_packets(bytes: &mut Vec<u8>, row: &[Rgba], pixel_bytes: usize) {
    let mut literals = 0;
    let mut at = 0;
    while at < row.len() {
        let run = row[at..].iter().take_while(|&&pixel| pixel == row[at]).count();
        if run == 1 {
            literals += 1;
            at += 1;
            continue;
        }
        write_literals(bytes, &row[at - literals..at], pixel_bytes);
        literals = 0;
        write_run(bytes, row[at], run, pixel_bytes);
        at += run;
    }
    write_literals(bytes, &row[at - literals..], pixel_bytes);
}

fn write_literals(bytes: &mut Vec<u8>, pixels: &[Rgba], pixel_bytes: usize) {
    for packet in pixels.chunks(PACKET) {
        bytes.push((packet.len() - 1) as u8);
        packet.iter().for_each(|&pixel| write_pixel(bytes, pixel, pixel_bytes));
    }
}

fn write_run(bytes: &mut Vec<u8>, pixel: Rgba, mut length: usize, pixel_bytes: usize) {
    while length > 0 {
        let packet = length.min(PACKET);
        bytes.push(0x80 | (packet - 1) as u8);
        write_pixel(bytes, pixel, pixel_bytes);
        length -= packet;
    }
}
