//! Area, place, extent and second moments of each segment.

use cel::Size;

use super::runs::Run;

/// Sums over the pixels of one segment, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// Number of pixels.
    pub area: f64,
    /// Sums of x and of y.
    sum: [f64; 2],
    /// Sums of x², y² and xy.
    squares: [f64; 3],
    /// Smallest column and row.
    min: [u32; 2],
    /// Column and row after the largest.
    max: [u32; 2],
    /// Pixels on the edge of the picture.
    pub border: f64,
}

impl Outline {
    const EMPTY: Self =
        Self { area: 0.0, sum: [0.0; 2], squares: [0.0; 3], min: [u32::MAX; 2], max: [0; 2], border: 0.0 };

    fn add(&mut self, run: &Run, size: Size) {
        let (start, end, y) = (f64::from(run.start), f64::from(run.end), f64::from(run.y));
        let length = end - start;
        let x_sum = length * (start + end - 1.0) / 2.0;
        let below = |n: f64| (n - 1.0) * n * (2.0 * n - 1.0) / 6.0;
        self.area += length;
        self.sum[0] += x_sum;
        self.sum[1] += y * length;
        self.squares[0] += below(end) - below(start);
        self.squares[1] += y * y * length;
        self.squares[2] += y * x_sum;
        self.min = [self.min[0].min(run.start), self.min[1].min(run.y)];
        self.max = [self.max[0].max(run.end), self.max[1].max(run.y + 1)];
        if run.y == 0 || run.y + 1 == size.height {
            self.border += length;
        } else {
            self.border += f64::from(u8::from(run.start == 0)) + f64::from(u8::from(run.end == size.width));
        }
    }

    /// Centre of mass, with whole numbers at pixel centres; the origin if there is no pixel.
    pub fn centre(&self) -> [f64; 2] {
        let area = self.area.max(1.0);
        [self.sum[0] / area, self.sum[1] / area]
    }

    /// Middle of the bounding box, with whole numbers at pixel edges; 0 if there is no pixel.
    pub fn middle(&self) -> [f64; 2] {
        [0, 1].map(|axis| {
            let (min, max) = (self.min[axis], self.max[axis]);
            if min < max { f64::midpoint(f64::from(min), f64::from(max)) } else { 0.0 }
        })
    }

    /// Width and height of the bounding box.
    pub fn extent(&self) -> [f64; 2] {
        [0, 1].map(|axis| f64::from(self.max[axis].saturating_sub(self.min[axis])))
    }

    /// Direction and strength of elongation: `strength * (cos 2θ, sin 2θ)`, strength from 0 (round) to 1 (a line).
    pub fn elongation(&self) -> [f64; 2] {
        let area = self.area.max(1.0);
        let [x, y] = self.centre();
        // A pixel is a square with a variance of its own, which keeps single pixels finite.
        let xx = self.squares[0] / area - x * x + 1.0 / 12.0;
        let yy = self.squares[1] / area - y * y + 1.0 / 12.0;
        let xy = self.squares[2] / area - x * y;
        let total = (xx + yy).max(1.0 / 12.0);
        [(xx - yy) / total, 2.0 * xy / total]
    }
}

/// The outlines of `segments` segments.
pub(super) fn outlines(runs: &[Run], size: Size, segments: usize) -> Vec<Outline> {
    let mut outlines = vec![Outline::EMPTY; segments];
    for run in runs {
        outlines[run.segment].add(run, size);
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(runs: &[(u32, u32, u32)]) -> Outline {
        let runs: Vec<Run> = runs.iter().map(|&(y, start, end)| Run { segment: 0, y, start, end }).collect();
        outlines(&runs, Size { width: 100, height: 100 }, 1)[0]
    }

    #[test]
    fn a_rectangle_has_its_centre_and_extent() {
        let rectangle = outline(&[(4, 10, 20), (5, 10, 20)]);
        assert_eq!(
            (rectangle.area, rectangle.centre(), rectangle.extent()),
            (20.0, [14.5, 4.5], [10.0, 2.0])
        );
        assert_eq!(rectangle.middle(), [15.0, 5.0]);
        assert!(rectangle.elongation()[0] > 0.9);
    }

    #[test]
    fn squares_and_single_pixels_are_round() {
        for shape in [outline(&[(7, 7, 8)]), outline(&[(4, 4, 6), (5, 4, 6)])] {
            assert!(shape.elongation().iter().all(|at| at.abs() < 1e-9), "{shape:?}");
        }
    }

    #[test]
    fn a_missing_segment_has_finite_measures() {
        let nothing = outline(&[]);
        let all = [nothing.centre(), nothing.extent(), nothing.middle(), nothing.elongation()];
        assert!(all.as_flattened().iter().all(|value| value.is_finite()));
    }

    #[test]
    fn the_border_is_counted_once_a_pixel_on_top_and_bottom() {
        assert_eq!(outline(&[(0, 0, 100)]).border, 100.0);
        assert_eq!(outline(&[(5, 0, 100)]).border, 2.0);
        assert_eq!(outline(&[(5, 1, 99)]).border, 0.0);
    }
}
