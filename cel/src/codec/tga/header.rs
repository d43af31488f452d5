//! The 18 bytes a TGA file begins with.

use super::super::{DecodeError, FileKind, check_size};
use crate::Size;

/// Bytes of the header.
pub(super) const LENGTH: usize = 18;

/// What the bytes of one pixel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// An index into the colour map, of one byte or two.
    Mapped,
    /// Blue, green, red (and alpha), or the three in 15 bits.
    Colour,
    /// Brightness (and alpha).
    Grey,
}

/// A checked header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub size: Size,
    pub layout: Layout,
    pub rle: bool,
    /// Bits of one pixel in the file.
    pub depth: u8,
    /// The bytes that they take.
    pub pixel_bytes: usize,
    /// Bytes of the free text after the header.
    pub id_bytes: usize,
    pub map: ColourMap,
    /// How many bits of a pixel are meant as alpha; often 0 although there are some.
    pub attribute_bits: u8,
    pub top_down: bool,
    pub right_to_left: bool,
}

/// Where the colour map lies and which indices it covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColourMap {
    /// Index of the first entry.
    pub first: usize,
    /// Number of entries; 0 without a map.
    pub entries: usize,
    /// Bytes of an entry.
    pub entry_bytes: usize,
}

impl Header {
    /// Reads and checks the header of a file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Err(DecodeError::Empty);
        }
        if bytes.starts_with(b"\x89PNG\r\n") {
            return Err(DecodeError::ReallyPng { kind: FileKind::Tga });
        }
        let Some(head) = bytes.first_chunk::<LENGTH>() else {
            return Err(DecodeError::Truncated { length: bytes.len() });
        };
        let number = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let [id_bytes, map_type, image_type, map_bits, depth] =
            [head[0], head[1], head[2], head[7], head[16]];
        let layout = layout(image_type, map_type).ok_or_else(|| refuse(head))?;
        check_bits(layout, depth, map_bits).map_err(|known| match known {
            Some(what) => DecodeError::Unsupported { kind: FileKind::Tga, what },
            None => refuse(head),
        })?;
        if head[17] & 0xc0 != 0 {
            return Err(DecodeError::Unsupported {
                kind: FileKind::Tga,
                what: "interleaved rows".to_owned(),
            });
        }
        let size = Size { width: u32::from(number(12)), height: u32::from(number(14)) };
        check_size(size)?;
        let entries = if map_type == 1 { usize::from(number(5)) } else { 0 };
        Ok(Self {
            size,
            layout,
            rle: image_type & 8 != 0,
            depth,
            pixel_bytes: usize::from(depth).div_ceil(8),
            id_bytes: usize::from(id_bytes),
            map: ColourMap {
                first: usize::from(number(3)),
                entries,
                entry_bytes: usize::from(map_bits).div_ceil(8),
            },
            attribute_bits: head[17] & 0x0f,
            top_down: head[17] & 0x20 != 0,
            right_to_left: head[17] & 0x10 != 0,
        })
    }
}

/// TGA has no signature, so a header that makes no sense means another kind of file.
fn refuse(head: &[u8]) -> DecodeError {
    DecodeError::not_this_kind(FileKind::Tga, head)
}

fn layout(image_type: u8, map_type: u8) -> Option<Layout> {
    match (image_type, map_type) {
        (1 | 9, 1) => Some(Layout::Mapped),
        (2 | 10, 0 | 1) => Some(Layout::Colour),
        (3 | 11, 0 | 1) => Some(Layout::Grey),
        _ => None,
    }
}

/// Checks the bits of a pixel and of a map entry; the error is the variant if it is at least thinkable.
fn check_bits(layout: Layout, depth: u8, map_bits: u8) -> Result<(), Option<String>> {
    let fits = match layout {
        Layout::Mapped => {
            if !matches!(map_bits, 15 | 16 | 24 | 32) {
                return Err(Some(format!("a colour map of {map_bits} bits")));
            }
            matches!(depth, 8 | 15 | 16)
        }
        Layout::Colour => matches!(depth, 15 | 16 | 24 | 32),
        Layout::Grey => matches!(depth, 8 | 16),
    };
    match depth {
        _ if fits => Ok(()),
        1..=32 => Err(Some(format!("{depth} bits a pixel"))),
        _ => Err(None),
    }
}
