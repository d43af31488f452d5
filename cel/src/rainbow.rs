//! Every segment in a colour of its own, to see at a glance what hangs together.

use crate::{Drawing, FileFormat, Labels, Rgba};

/// A picture of the segments; black where there is none. Neighbouring numbers have colours far apart.
#[must_use]
pub fn rainbow(labels: &Labels) -> Drawing {
    let colours: Vec<Rgba> = (0..=labels.count).map(colour).collect();
    let pixels = labels.labels.iter().map(|&label| colours[label as usize]).collect();
    Drawing { size: labels.size, pixels, has_alpha: false, format: FileFormat::Png { sixteen_bit: false } }
}

/// Hues by the golden ratio, in three rounds of lightness.
fn colour(label: u32) -> Rgba {
    if label == 0 {
        return Rgba::BLACK;
    }
    let hue = f64::from(label) * 0.618_033_988_75 % 1.0 * 6.0;
    let (low, high) = [(0.45, 1.0), (0.2, 0.85), (0.6, 0.95)][label as usize % 3];
    let channel = |shift: f64| {
        let ramp = (((hue + shift) % 6.0 - 3.0).abs() - 1.0).clamp(0.0, 1.0);
        ((low + (high - low) * ramp) * 255.0).round() as u8
    };
    Rgba::opaque(channel(0.0), channel(4.0), channel(2.0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Size;

    #[test]
    fn many_segments_are_told_apart_and_from_lines() {
        let size = Size { width: 301, height: 1 };
        let labels = Labels { size, labels: (0..=300).collect(), count: 300 };
        let picture = rainbow(&labels);
        let colours: BTreeSet<Rgba> = picture.pixels.iter().copied().collect();
        assert!(colours.len() > 290, "{}", colours.len());
        assert_eq!(picture.pixels.iter().filter(|&&pixel| pixel == Rgba::BLACK).count(), 1);
    }
}
