//! The colour of one pixel.

use serde::{Deserialize, Serialize};

/// Red, green, blue and alpha, 8 bits each, not premultiplied.
///
/// Colours compare by exact value: two colours with alpha 0 but different red are different.
/// The order is lexicographic by (red, green, blue, alpha), as ties between colours need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rgba(pub [u8; 4]);

impl Rgba {
    /// Opaque black: the colour of ink.
    pub const BLACK: Self = Self([0, 0, 0, 255]);
    /// Opaque white: paper.
    pub const WHITE: Self = Self([255, 255, 255, 255]);
    /// Nothing: what an unpainted pixel holds.
    pub const EMPTY: Self = Self([0, 0, 0, 0]);

    /// An opaque colour.
    #[must_use]
    pub const fn opaque(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue, 255])
    }

    /// Alpha, 0 (nothing) to 255 (opaque).
    #[must_use]
    pub const fn alpha(self) -> u8 {
        self.0[3]
    }

    /// Red, green and blue as seen on white paper.
    #[must_use]
    pub fn over_white(self) -> [u8; 3] {
        let alpha = u32::from(self.alpha());
        self.rgb().map(|channel| ((u32::from(channel) * alpha + 255 * (255 - alpha)) / 255) as u8)
    }

    /// How light it is on white paper, 0 to 2,550,000: luma as in Rec. 709, times 10,000.
    #[must_use]
    pub fn luma(self) -> u32 {
        let [red, green, blue] = self.over_white().map(u32::from);
        2126 * red + 7152 * green + 722 * blue
    }

    /// Red, green and blue without alpha.
    #[must_use]
    pub const fn rgb(self) -> [u8; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }
}
