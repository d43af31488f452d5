//! PNG through the `png` crate: every colour type and depth in, RGB or RGBA of 8 or 16 bits out.
//!
//! 16-bit channels keep their high byte, as the reference implementation's reader does; writing repeats the
//! byte (`v * 257`), so 8-bit values survive.

use std::io::Cursor;

use png::{
    BitDepth, ColorType, Decoder, DecodingError, DeflateCompression, Encoder, Filter, Transformations,
};

use super::{About, DecodeError, EncodeError, FileKind, check_size};
use crate::{Drawing, FileFormat, Rgba, Size};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Deflate cannot shrink data further than this, so a file much shorter than its image is truncated.
const MAX_DEFLATE_RATIO: usize = 1032;

/// The first chunk of a PNG file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// Width and height, already checked.
    pub size: Size,
    /// Bits of a channel (of a palette index).
    pub depth: u8,
    /// Colour type: bit 0 palette, bit 1 colour, bit 2 alpha.
    pub colour: u8,
}

impl Header {
    /// Reads the header from the first 33 bytes of a file and checks the size.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Err(DecodeError::Empty);
        }
        let common = bytes.len().min(SIGNATURE.len());
        if bytes[..common] != SIGNATURE[..common] {
            return Err(DecodeError::not_this_kind(FileKind::Png, bytes));
        }
        let Some(chunk) = bytes.get(8..33) else {
            return Err(DecodeError::Truncated { length: bytes.len() });
        };
        if chunk[..8] != *b"\0\0\0\x0dIHDR" {
            return Err(damaged("it does not begin with its header"));
        }
        let number = |at: usize| u32::from_be_bytes([chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]]);
        let size = Size { width: number(8), height: number(12) };
        check_size(size)?;
        Ok(Self { size, depth: chunk[16], colour: chunk[17] })
    }

    /// Bytes of the packed pixels: what the compressed data has to yield at least.
    fn raw_bytes(self) -> usize {
        self.size.pixels() * usize::from(self.bits()) / 8
    }

    /// Bits of a pixel.
    fn bits(self) -> u8 {
        let channels: u8 = [1, 0, 3, 1, 2, 0, 4].get(usize::from(self.colour)).copied().unwrap_or(0);
        channels.saturating_mul(self.depth)
    }
}

/// The facts before the picture.
pub(super) fn about(bytes: &[u8]) -> Result<About, DecodeError> {
    let header = Header::parse(bytes)?;
    Ok(About { size: header.size, bits: header.bits(), dpi: density(&bytes[33..]) })
}

/// Dots an inch by the chunk `pHYs`, in whatever chunks come before the picture.
fn density(mut chunks: &[u8]) -> Option<[u32; 2]> {
    while let Some((&[a, b, c, d, name @ ..], rest)) = chunks.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        let content = rest.get(..length)?;
        match (&name, content) {
            (b"pHYs", &[xa, xb, xc, xd, ya, yb, yc, yd, 1]) => {
                // Dots a metre.
                let inch = |metre: [u8; 4]| (f64::from(u32::from_be_bytes(metre)) * 0.0254).round() as u32;
                return Some([inch([xa, xb, xc, xd]), inch([ya, yb, yc, yd])]);
            }
            (b"pHYs" | b"IDAT", _) => return None,
            // After a chunk comes its checksum.
            _ => chunks = rest.get(length.checked_add(4)?..)?,
        }
    }
    None
}

/// Decodes a whole PNG file.
pub(super) fn decode(bytes: &[u8]) -> Result<Drawing, DecodeError> {
    let header = Header::parse(bytes)?;
    if header.raw_bytes() / MAX_DEFLATE_RATIO > bytes.len() {
        return Err(DecodeError::Truncated { length: bytes.len() });
    }
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(|error| translate(&error, bytes))?;
    check_palette(reader.info())?;
    let length = reader.output_buffer_size().ok_or(DecodeError::TooLarge { size: header.size })?;
    let mut raw = vec![0; length];
    let frame = reader.next_frame(&mut raw).map_err(|error| translate(&error, bytes))?;
    // An animation may declare a first frame smaller than the image.
    if (frame.width, frame.height) != (header.size.width, header.size.height) {
        return Err(damaged("its first frame does not fill it"));
    }
    let sixteen_bit = header.depth == 16;
    Ok(Drawing {
        size: header.size,
        pixels: to_pixels(&raw, frame.color_type),
        has_alpha: matches!(frame.color_type, ColorType::Rgba | ColorType::GrayscaleAlpha),
        format: FileFormat::Png { sixteen_bit },
    })
}

/// Refuses a palette that ends within a colour, on which the library panics.
fn check_palette(info: &png::Info<'_>) -> Result<(), DecodeError> {
    match info.palette.as_ref().map(|palette| palette.len()) {
        Some(bytes) if info.color_type == ColorType::Indexed && bytes % 3 != 0 => {
            Err(damaged(&format!("a palette of {bytes} bytes")))
        }
        _ => Ok(()),
    }
}

/// Pixels from the expanded 8-bit channels.
fn to_pixels(raw: &[u8], colour: ColorType) -> Vec<Rgba> {
    match colour {
        ColorType::Grayscale | ColorType::Indexed => raw.iter().map(|&v| Rgba([v, v, v, 255])).collect(),
        ColorType::GrayscaleAlpha => {
            raw.as_chunks().0.iter().map(|&[v, alpha]| Rgba([v, v, v, alpha])).collect()
        }
        ColorType::Rgb => raw.as_chunks().0.iter().map(|&[r, g, b]| Rgba([r, g, b, 255])).collect(),
        ColorType::Rgba => raw.as_chunks().0.iter().map(|&channels| Rgba(channels)).collect(),
    }
}

fn damaged(what: &str) -> DecodeError {
    DecodeError::Damaged { kind: FileKind::Png, what: what.to_owned() }
}

/// Puts the library's error into ours.
fn translate(error: &DecodingError, bytes: &[u8]) -> DecodeError {
    match error {
        DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            DecodeError::Truncated { length: bytes.len() }
        }
        _ => damaged(&error.to_string()),
    }
}

/// Encodes a drawing whose pixels are as many as its size says.
pub(super) fn encode(drawing: &Drawing, sixteen_bit: bool) -> Result<Vec<u8>, EncodeError> {
    let raw = match (drawing.has_alpha, sixteen_bit) {
        (false, false) => pack(&drawing.pixels, |Rgba([r, g, b, _])| [r, g, b]),
        (false, true) => pack(&drawing.pixels, |Rgba([r, g, b, _])| [r, r, g, g, b, b]),
        (true, false) => pack(&drawing.pixels, |pixel| pixel.0),
        (true, true) => pack(&drawing.pixels, |Rgba([r, g, b, a])| [r, r, g, g, b, b, a, a]),
    };
    write(drawing.size, drawing.has_alpha, sixteen_bit, &raw)
}

/// The bytes of all pixels, one after the other.
fn pack<const N: usize>(pixels: &[Rgba], bytes: impl Fn(Rgba) -> [u8; N]) -> Vec<u8> {
    pixels.iter().map(|&pixel| bytes(pixel)).collect::<Vec<_>>().into_flattened()
}

/// Writes a PNG file from packed big-endian channels.
pub(crate) fn write(size: Size, alpha: bool, sixteen_bit: bool, raw: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let refused = |error: png::EncodingError| EncodeError::Png(error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, size.width, size.height);
    encoder.set_color(if alpha { ColorType::Rgba } else { ColorType::Rgb });
    encoder.set_depth(if sixteen_bit { BitDepth::Sixteen } else { BitDepth::Eight });
    // Flat colours repeat from row to row, which the plain difference upwards turns into zeros; on those the
    // fastest level is as good as instant, and the next ones take ten times as long for half the size.
    encoder.set_deflate_compression(DeflateCompression::Level(1));
    encoder.set_filter(Filter::Up);
    let mut writer = encoder.write_header().map_err(refused)?;
    writer.write_image_data(raw).map_err(refused)?;
    writer.finish().map_err(refused)?;
    Ok(bytes)
}
