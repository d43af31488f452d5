//! Coordinates that drawings of different sizes and framings share.

use cel::Labels;

/// Share of the ink left out on each side of the figure, so that a stray dot does not move it.
const STRAY: f32 = 0.01;

/// A place and a scale: maps pixels to coordinates in which drawings are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    origin: [f32; 2],
    scale: f32,
}

impl Frame {
    /// The whole picture: the centre is the origin, the longer side has length 1.
    pub fn picture(labels: &Labels) -> Self {
        let [width, height] = [labels.size.width as f32, labels.size.height as f32];
        Self { origin: [(width - 1.0) / 2.0, (height - 1.0) / 2.0], scale: width.max(height).max(1.0) }
    }

    /// The figure: the box around (nearly) all ink. The whole picture if there is no ink.
    pub fn figure(labels: &Labels) -> Self {
        let mut columns = vec![0_u32; labels.size.width as usize];
        let mut rows = vec![0_u32; labels.size.height as usize];
        for (y, row) in (0..).zip(&mut rows) {
            for (&label, column) in labels.row(y).iter().zip(&mut columns) {
                let ink = u32::from(label == 0);
                *column += ink;
                *row += ink;
            }
        }
        match (span(&columns), span(&rows)) {
            (Some([left, right]), Some([top, bottom])) => Self {
                origin: [(left + right) / 2.0, (top + bottom) / 2.0],
                scale: (right - left).max(bottom - top).max(1.0),
            },
            _ => Self::picture(labels),
        }
    }

    /// Pixel to shared coordinates.
    pub fn enter(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [(x - self.origin[0]) / self.scale, (y - self.origin[1]) / self.scale]
    }

    /// Shared coordinates to pixel.
    pub fn leave(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [x * self.scale + self.origin[0], y * self.scale + self.origin[1]]
    }

    /// Centre and longer side in pixels.
    pub fn span(&self) -> ([f32; 2], f32) {
        (self.origin, self.scale)
    }

    /// Length in shared coordinates.
    pub fn length(&self, pixels: f32) -> f32 {
        pixels / self.scale
    }
}

/// First and last index once the stray share is left out on both sides.
fn span(counts: &[u32]) -> Option<[f32; 2]> {
    let total: u32 = counts.iter().sum();
    let stray = (total as f32 * STRAY) as u32;
    let low = after(counts.iter().enumerate(), stray)?;
    let high = after(counts.iter().enumerate().rev(), stray)?;
    Some([low as f32, high as f32])
}

/// First index at which more than `stray` has been passed.
fn after<'a>(mut counts: impl Iterator<Item = (usize, &'a u32)>, stray: u32) -> Option<usize> {
    let mut seen = 0;
    counts
        .find(|(_, count)| {
            seen += **count;
            seen > stray
        })
        .map(|(index, _)| index)
}
