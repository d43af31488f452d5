//! Linear interpolation along one axis.

/// Which points of input and output lie on each other in a resize.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corners {
    /// The outer *edges* of the pixels: `align_corners=False` in PyTorch.
    HalfPixel,
    /// The *centres* of the corner pixels: `align_corners=True` in PyTorch.
    Aligned,
}

/// For each output position, the input cell below it and how far it lies towards the next cell.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// Lower input cell; never decreases.
    pub(crate) lower: Vec<u32>,
    /// Weight of cell `lower + 1`, in `0..1`; the rest is the weight of `lower`. Exactly 0 in the last cell.
    pub(crate) fraction: Vec<f64>,
}

impl Axis {
    /// Maps `output` positions onto `input` cells; both are at least 1.
    pub(crate) fn new(input: usize, output: usize, corners: Corners) -> Self {
        let last = input.saturating_sub(1);
        let place = |position: usize| -> (u32, f64) {
            let at = source(position as f64, input as f64, output as f64, corners).max(0.0);
            let lower = (at.floor() as usize).min(last);
            let fraction = if lower == last { 0.0 } else { at - lower as f64 };
            (lower as u32, fraction)
        };
        let (lower, fraction) = (0..output).map(place).unzip();
        Self { lower, fraction }
    }

    /// Number of output positions.
    pub(crate) fn len(&self) -> usize {
        self.lower.len()
    }
}

/// Where `position` of the output lies in the input, in cells.
fn source(position: f64, input: f64, output: f64, corners: Corners) -> f64 {
    match corners {
        Corners::HalfPixel => (position + 0.5) * (input / output) - 0.5,
        Corners::Aligned if output > 1.0 => position * ((input - 1.0) / (output - 1.0)),
        Corners::Aligned => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_pixel_halves() {
        let axis = Axis::new(4, 2, Corners::HalfPixel);
        assert_eq!((axis.lower, axis.fraction), (vec![0, 2], vec![0.5, 0.5]));
    }

    #[test]
    fn half_pixel_clamps_both_ends() {
        let axis = Axis::new(2, 4, Corners::HalfPixel);
        assert_eq!((axis.lower, axis.fraction), (vec![0, 0, 0, 1], vec![0.0, 0.25, 0.75, 0.0]));
    }

    #[test]
    fn aligned_corners_meet() {
        let axis = Axis::new(2, 3, Corners::Aligned);
        assert_eq!((axis.lower, axis.fraction), (vec![0, 0, 1], vec![0.0, 0.5, 0.0]));
        assert_eq!(Axis::new(3, 1, Corners::Aligned).lower, [0]);
    }
}
