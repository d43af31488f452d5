//! TGA in: raw or run-length coded, mapped, true colour or grey, from any corner.

use super::super::{DecodeError, FileKind};
use super::header::{ColourMap, Header, LENGTH, Layout};
use crate::{Drawing, FileFormat, Rgba, TgaPixel};

/// Most pixels one packet can hold.
const PACKET: usize = 128;

/// Decodes a whole TGA file.
pub(in super::super) fn decode(bytes: &[u8]) -> Result<Drawing, DecodeError> {
    let header = Header::parse(bytes)?;
    let truncated = || DecodeError::Truncated { length: bytes.len() };
    let rest = bytes.get(LENGTH + header.id_bytes..).ok_or_else(truncated)?;
    let (map, data) =
        rest.split_at_checked(header.map.entries * header.map.entry_bytes).ok_or_else(truncated)?;
    if data.len() < least_bytes(&header) {
        return Err(truncated());
    }
    let (mut pixels, has_alpha) = match (header.layout, header.pixel_bytes) {
        (Layout::Mapped, _) => mapped(&header, map, data)?,
        (Layout::Colour, 2) => (unpack(&header, data, |&pair: &[u8; 2]| five_bits(pair)), false),
        (Layout::Colour, 3) => (unpack(&header, data, |&bgr: &[u8; 3]| three_bytes(bgr)), false),
        (Layout::Colour, _) => (unpack(&header, data, |&bgra: &[u8; 4]| four_bytes(bgra)), true),
        (Layout::Grey, 1) => (unpack(&header, data, |&[v]: &[u8; 1]| Rgba([v, v, v, 255])), false),
        (Layout::Grey, _) => (unpack(&header, data, |&[v, a]: &[u8; 2]| Rgba([v, v, v, a])), true),
    };
    if pixels.len() < header.size.pixels() {
        return Err(truncated());
    }
    orient(&mut pixels, &header);
    let has_alpha = has_alpha && settle_alpha(&mut pixels, header.attribute_bits);
    let format = FileFormat::Tga { rle: header.rle, pixel: pixel(&header, has_alpha) };
    Ok(Drawing { size: header.size, pixels, has_alpha, format })
}

/// What a pixel of the file is.
fn pixel(header: &Header, has_alpha: bool) -> TgaPixel {
    match (header.layout, header.depth) {
        (Layout::Mapped, 8) => TgaPixel::Map8,
        (Layout::Mapped, _) => TgaPixel::Map16,
        (Layout::Grey, 8) => TgaPixel::Grey8,
        (Layout::Grey, _) => TgaPixel::Grey16,
        (Layout::Colour, 15) => TgaPixel::Colour15,
        (Layout::Colour, 16) => TgaPixel::Colour16,
        (Layout::Colour, 32) if !has_alpha => TgaPixel::Padded,
        (Layout::Colour, _) => TgaPixel::Colour,
    }
}

/// Fewest bytes the pixels can take, so that a short file cannot ask for much memory.
fn least_bytes(header: &Header) -> usize {
    let pixels = header.size.pixels();
    if header.rle { pixels.div_ceil(PACKET) * (1 + header.pixel_bytes) } else { pixels * header.pixel_bytes }
}

/// Pixels of a colour-mapped image, and whether the map has alpha.
fn mapped(header: &Header, map: &[u8], data: &[u8]) -> Result<(Vec<Rgba>, bool), DecodeError> {
    let colours = colours(&header.map, map);
    let indices: Vec<u16> = match header.pixel_bytes {
        1 => unpack(header, data, |&[index]: &[u8; 1]| u16::from(index)),
        _ => unpack(header, data, |&pair: &[u8; 2]| u16::from_le_bytes(pair)),
    };
    let colour = |&index: &u16| {
        let entry = usize::from(index).checked_sub(header.map.first).and_then(|entry| colours.get(entry));
        entry.copied().ok_or_else(|| DecodeError::Damaged {
            kind: FileKind::Tga,
            what: format!("a pixel uses colour {index}, which the map lacks"),
        })
    };
    let pixels = indices.iter().map(colour).collect::<Result<_, _>>()?;
    Ok((pixels, header.map.entry_bytes == 4))
}

fn colours(layout: &ColourMap, map: &[u8]) -> Vec<Rgba> {
    match layout.entry_bytes {
        2 => map.as_chunks().0.iter().map(|&pair| five_bits(pair)).collect(),
        3 => map.as_chunks().0.iter().map(|&bgr| three_bytes(bgr)).collect(),
        _ => map.as_chunks().0.iter().map(|&bgra| four_bytes(bgra)).collect(),
    }
}

/// The pixels in the order of the file; fewer than there should be if the data ends early.
fn unpack<T: Copy, const N: usize>(header: &Header, data: &[u8], value: impl Fn(&[u8; N]) -> T) -> Vec<T> {
    let count = header.size.pixels();
    if !header.rle {
        return data.as_chunks().0.iter().take(count).map(value).collect();
    }
    let mut values = Vec::with_capacity(count);
    let mut rest = data;
    // Packets may cross rows: that is against the format's second version, but such files are about.
    while let (true, Some((&head, body))) = (values.len() < count, rest.split_first()) {
        let length = (usize::from(head & 0x7f) + 1).min(count - values.len());
        if head & 0x80 == 0 {
            let Some(literals) = body.as_chunks().0.get(..length) else { break };
            values.extend(literals.iter().map(&value));
            rest = &body[length * N..];
        } else {
            let Some((repeated, after)) = body.split_first_chunk() else { break };
            values.extend(std::iter::repeat_n(value(repeated), length));
            rest = after;
        }
    }
    values
}

/// Five bits a channel, scaled to the nearest of eight. The sixteenth bit has no agreed meaning.
pub(super) fn five_bits(pair: [u8; 2]) -> Rgba {
    let packed = u16::from_le_bytes(pair);
    let channel = |shift: u32| (((packed >> shift & 31) * 255 + 15) / 31) as u8;
    Rgba::opaque(channel(10), channel(5), channel(0))
}

fn three_bytes([blue, green, red]: [u8; 3]) -> Rgba {
    Rgba::opaque(red, green, blue)
}

fn four_bytes([blue, green, red, alpha]: [u8; 4]) -> Rgba {
    Rgba([red, green, blue, alpha])
}

/// Turns the image so that it begins at the top left.
fn orient(pixels: &mut [Rgba], header: &Header) {
    let width = header.size.width as usize;
    if header.right_to_left {
        pixels.chunks_exact_mut(width).for_each(<[Rgba]>::reverse);
    }
    if !header.top_down {
        let rows = header.size.height as usize;
        let (upper, lower) = pixels.split_at_mut(rows / 2 * width);
        upper
            .chunks_exact_mut(width)
            .zip(lower.chunks_exact_mut(width).rev())
            .for_each(|(a, b)| a.swap_with_slice(b));
    }
}

/// Whether the fourth byte is alpha. Where the header denies it and it is empty everywhere, or opaque everywhere, it is
/// padding and the image becomes opaque.
fn settle_alpha(pixels: &mut [Rgba], attribute_bits: u8) -> bool {
    let is_all = |alpha: u8| pixels.iter().all(|pixel| pixel.alpha() == alpha);
    if attribute_bits != 0 || !(is_all(0) || is_all(255)) {
        return true;
    }
    pixels.iter_mut().for_each(|pixel| pixel.0[3] = 255);
    false
}
