//! A line drawing to measure with.

use cel::{AlphaRule, Drawing, FileFormat, Labels, Rgba, Size, segment};

/// Pixels of a line.
const LINE: u32 = 3;

/// A drawing of boxes side by side, and its segments.
pub(super) struct Scene {
    pub(super) drawing: Drawing,
    pub(super) labels: Labels,
}

impl Scene {
    /// A drawing of about so many segments.
    pub(super) fn new(size: Size, segments: usize) -> Self {
        let Size { width, height } = size;
        let columns = (segments as f64 * f64::from(width) / f64::from(height)).sqrt();
        let columns = (columns.round() as u32).clamp(1, width / (2 * LINE));
        let rows = (segments as u32).div_ceil(columns).clamp(1, height / (2 * LINE));
        let on_line = |x: u32, y: u32| x % (width / columns) < LINE || y % (height / rows) < LINE;
        let pixel = |x, y| if on_line(x, y) { Rgba::BLACK } else { Rgba::EMPTY };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| pixel(x, y))).collect();
        let format = FileFormat::Png { sixteen_bit: false };
        let drawing = Drawing { size, pixels, has_alpha: true, format };
        let labels = segment(&drawing, AlphaRule::Composite);
        Self { drawing, labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_about_as_many_segments_as_were_asked_for() {
        for (width, height) in [(1920, 1080), (640, 360), (1000, 1000)] {
            let scene = Scene::new(Size { width, height }, 189);
            assert!((170..=250).contains(&scene.labels.count), "{width}x{height}: {}", scene.labels.count);
        }
        assert!(Scene::new(Size { width: 16, height: 16 }, 189).labels.count >= 1);
    }
}
