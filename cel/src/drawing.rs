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
    /// TGA, 24 or 32 bits a pixel, rows bottom to top.
    Tga {
        /// Run-length encoded (type 10) instead of raw (type 2).
        rle: bool,
    },
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
