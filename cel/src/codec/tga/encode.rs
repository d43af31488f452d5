//! TGA out: rows bottom to top, no packet across two rows.

use super::super::EncodeError;
use super::header::LENGTH;
use super::layout::{Layout, to_fives};
use crate::repeats::runs;
use crate::{Drawing, Rgba, TgaPixel};

/// Most pixels one packet can hold.
const PACKET: usize = 128;

/// Encodes a drawing whose pixels are as many as its size says.
pub(in super::super) fn encode(
    drawing: &Drawing,
    rle: bool,
    pixel: TgaPixel,
) -> Result<Vec<u8>, EncodeError> {
    let size = drawing.size;
    let (Ok(width), Ok(height)) = (u16::try_from(size.width), u16::try_from(size.height)) else {
        return Err(EncodeError::TooLargeForTga { size });
    };
    let layout = Layout::of(drawing, pixel);
    let [kind, depth, alpha_bits] = layout.head(drawing.has_alpha);
    let least = if rle { 0 } else { size.pixels() * usize::from(depth.div_ceil(8)) };
    let mut bytes = Vec::with_capacity(LENGTH + least);
    bytes.extend([0, u8::from(kind == 1), if rle { kind | 8 } else { kind }]);
    bytes.extend(map_head(&layout, drawing.has_alpha));
    bytes.extend([0; 4]);
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend([depth, alpha_bits]);
    write_map(&mut bytes, &layout, drawing.has_alpha);
    write_pixels(&mut bytes, drawing, rle, &layout);
    Ok(bytes)
}

/// First index, number and bits of the colours in the map.
fn map_head(layout: &Layout, has_alpha: bool) -> [u8; 5] {
    let Layout::Mapped { map, .. } = layout else { return [0; 5] };
    let [low, high] = (map.colours.len() as u16).to_le_bytes();
    [0, 0, low, high, if has_alpha { 32 } else { 24 }]
}

fn write_map(bytes: &mut Vec<u8>, layout: &Layout, has_alpha: bool) {
    let Layout::Mapped { map, .. } = layout else { return };
    for &colour in &map.colours {
        bytes.extend_from_slice(&four_bytes(colour)[..if has_alpha { 4 } else { 3 }]);
    }
}

fn write_pixels(bytes: &mut Vec<u8>, drawing: &Drawing, rle: bool, layout: &Layout) {
    match layout {
        Layout::Colour { fourth: true } => write_rows(bytes, drawing, rle, four_bytes),
        Layout::Colour { fourth: false } => {
            write_rows(bytes, drawing, rle, |Rgba([red, green, blue, _])| [blue, green, red]);
        }
        Layout::Fives { .. } => write_rows(bytes, drawing, rle, to_fives),
        Layout::Mapped { bits: 8, map } => {
            write_rows(bytes, drawing, rle, |colour| [map.index(colour) as u8]);
        }
        Layout::Mapped { map, .. } => {
            write_rows(bytes, drawing, rle, |colour| map.index(colour).to_le_bytes());
        }
        Layout::Grey { second: false } => write_rows(bytes, drawing, rle, |Rgba([grey, ..])| [grey]),
        Layout::Grey { second: true } => {
            write_rows(bytes, drawing, rle, |Rgba([grey, .., alpha])| [grey, alpha]);
        }
    }
}

const fn four_bytes(Rgba([red, green, blue, alpha]): Rgba) -> [u8; 4] {
    [blue, green, red, alpha]
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
