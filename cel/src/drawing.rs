//! A decoded drawing: its pixels and the file format they came in.

use crate::Rgba;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Size {
    /// Number of pixels.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// How a drawing is written, so that a painted drawing can be saved as its line drawing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// PNG, RGB or RGBA, 8 or 16 bits a channel.
    Png {
        /// 16 bits a channel instead of 8.
        sixteen_bit: bool,
    },
    /// TGA, rows bottom to top.
    Tga {
        /// Run-length encoded instead of raw.
        rle: bool,
        /// What a pixel is. Colours that it cannot hold are written as [`TgaPixel::Colour`].
        pixel: TgaPixel,
    },
}

impl FileFormat {
    /// TGA of 24 bits a pixel, or 32 with alpha.
    #[must_use]
    pub const fn tga(rle: bool) -> Self {
        Self::Tga { rle, pixel: TgaPixel::Colour }
    }
}

/// What a pixel of a TGA file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TgaPixel {
    /// 24 bits, or 32 if the drawing has alpha.
    Colour,
    /// 32 bits, of which the last eight mean nothing.
    Padded,
    /// 15 bits, five a channel, in two bytes.
    Colour15,
    /// The same and a bit that means nothing.
    Colour16,
    /// An index of 8 bits into a map of colours.
    Map8,
    /// An index of 16 bits into a map of colours.
    Map16,
    /// Brightness, 8 bits.
    Grey8,
    /// Brightness and alpha, 8 bits each.
    Grey16,
}

/// One image, 8 bits a channel, rows top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Width and height; `pixels` has exactly `size.pixels()` entries.
    pub size: Size,
    /// Pixels row by row from the top left. Alpha is 255 everywhere if the file has no alpha.
    pub pixels: Vec<Rgba>,
    /// Whether the file has an alpha channel (or transparency chunk).
    pub has_alpha: bool,
    /// The format of the file.
    pub format: FileFormat,
}

impl Drawing {
    /// The pixels of row `y`, which must be below the height.
    #[must_use]
    pub fn row(&self, y: u32) -> &[Rgba] {
        let width = self.size.width as usize;
        &self.pixels[y as usize * width..][..width]
    }
}
