//! Segments without their trace lines.

use cel::{Drawing, Labels, Rgba};

/// Share of ink from which a pixel counts as line.
const LINE: f32 = 0.5;

/// How much of a pixel is black ink, blue (or green) trace and red trace, over white paper; each in `0..=1`.
#[must_use]
pub fn ink(pixel: Rgba) -> [f32; 3] {
    let opacity = f32::from(pixel.alpha()) / 255.0;
    let [red, green, blue] = pixel.rgb().map(f32::from);
    let highest = red.max(green).max(blue);
    let colour = opacity * (highest - red.min(green).min(blue)) / 255.0;
    let black = opacity * (255.0 - highest) / 255.0;
    if red == highest { [black, 0.0, colour] } else { [black, colour, 0.0] }
}

/// The labels with 0 wherever there is line: drawings whose trace lines belong to segments, and drawings whose trace
/// lines do not, look the same to the model. A segment that is all line stays as it is.
#[must_use]
pub fn bare(drawing: &Drawing, labels: &Labels) -> Labels {
    let is_line = |pixel: &Rgba| ink(*pixel).iter().sum::<f32>() > LINE;
    let mut left = vec![false; labels.count as usize + 1];
    for (&label, pixel) in labels.labels.iter().zip(&drawing.pixels) {
        left[label as usize] |= !is_line(pixel);
    }
    let pixels = labels.labels.iter().zip(&drawing.pixels);
    let kept = pixels.map(|(&label, pixel)| if left[label as usize] && is_line(pixel) { 0 } else { label });
    Labels { size: labels.size, count: labels.count, labels: kept.collect() }
}
