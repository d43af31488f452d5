//! How a drawing is laid out in a TGA file: as its format says, if that holds its colours.

use std::collections::HashMap;

use super::decode::five_bits;
use crate::repeats::runs;
use crate::{Drawing, Rgba, TgaPixel};

/// Bits of a pixel that mean something to the reader of the header as alpha.
const ALPHA_BITS: u8 = 8;

/// How pixels are written.
#[derive(Debug)]
pub(super) enum Layout {
    /// Blue, green, red; and a fourth byte, which is padding if the drawing has no alpha.
    Colour { fourth: bool },
    /// Five bits a channel; 15 or 16 of two bytes count.
    Fives { bits: u8 },
    /// Indices of so many bits.
    Mapped { bits: u8, map: ColourMap },
    /// Brightness; and a second byte, which is padding if the drawing has no alpha.
    Grey { second: bool },
}

/// The colours of a drawing, in the order in which they first occur.
#[derive(Debug, Default)]
pub(super) struct ColourMap {
    pub colours: Vec<Rgba>,
    indices: HashMap<Rgba, u16>,
}

impl Layout {
    /// The layout that a format asks for, or true colour.
    pub(super) fn of(drawing: &Drawing, pixel: TgaPixel) -> Self {
        let fits = |holds: &dyn Fn(Rgba) -> bool| drawing.pixels.iter().all(|&pixel| holds(pixel));
        let opaque = !drawing.has_alpha;
        let asked = match pixel {
            TgaPixel::Colour => None,
            TgaPixel::Padded => Some(Self::Colour { fourth: true }),
            TgaPixel::Colour15 | TgaPixel::Colour16 if opaque && fits(&is_of_fives) => {
                Some(Self::Fives { bits: if pixel == TgaPixel::Colour15 { 15 } else { 16 } })
            }
            TgaPixel::Colour15 | TgaPixel::Colour16 => None,
            TgaPixel::Map8 => ColourMap::of(drawing, 1 << 8).map(|map| Self::Mapped { bits: 8, map }),
            // The header counts the colours in 16 bits.
            TgaPixel::Map16 => ColourMap::of(drawing, 0xffff).map(|map| Self::Mapped { bits: 16, map }),
            TgaPixel::Grey8 => (opaque && fits(&is_grey)).then_some(Self::Grey { second: false }),
            TgaPixel::Grey16 => fits(&is_grey).then_some(Self::Grey { second: true }),
        };
        asked.unwrap_or(Self::Colour { fourth: drawing.has_alpha })
    }

    /// Type of the image without run-length coding, bits of a pixel, and bits of it that are alpha.
    pub(super) fn head(&self, has_alpha: bool) -> [u8; 3] {
        let alpha = if has_alpha { ALPHA_BITS } else { 0 };
        match self {
            Self::Colour { fourth } => [2, if *fourth { 32 } else { 24 }, alpha],
            Self::Fives { bits } => [2, *bits, 0],
            Self::Mapped { bits, .. } => [1, *bits, alpha],
            Self::Grey { second } => [3, if *second { 16 } else { 8 }, alpha],
        }
    }
}

impl ColourMap {
    /// `None` if there are more colours than that.
    fn of(drawing: &Drawing, most: usize) -> Option<Self> {
        let mut map = Self::default();
        for run in runs(&drawing.pixels) {
            if !map.indices.contains_key(&run[0]) {
                if map.colours.len() == most {
                    return None;
                }
                map.indices.insert(run[0], map.colours.len() as u16);
                map.colours.push(run[0]);
            }
        }
        Some(map)
    }

    /// The index of a colour of the drawing.
    pub(super) fn index(&self, colour: Rgba) -> u16 {
        self.indices[&colour]
    }
}

fn is_grey(Rgba([red, green, blue, _]): Rgba) -> bool {
    red == green && green == blue
}

fn is_of_fives(colour: Rgba) -> bool {
    five_bits(to_fives(colour)).rgb() == colour.rgb()
}

/// The five highest bits of each channel.
pub(super) fn to_fives(Rgba([red, green, blue, _]): Rgba) -> [u8; 2] {
    let [red, green, blue] = [red, green, blue].map(|channel| u16::from(channel >> 3));
    (red << 10 | green << 5 | blue).to_le_bytes()
}
