//! What speaks for and against a pair of segments by itself, before the rest of the drawing is asked.

use super::overlap::union_share;
use super::patch::agreement;
use super::segment::Segment;

/// Number of cues of a pair.
pub(super) const CUES: usize = 31;

/// The cues of one pair of segments. [`super::weights`] names them.
pub(super) type Cues = [f32; CUES];

/// Differences of logarithms above this count alike.
const MOST: f32 = 4.0;

/// The cues of a target segment `a` with a reference segment `b`.
///
/// `in_picture` and `in_figure` are the shares of `a` that fall onto `b`.
pub(super) fn cues(a: &Segment, b: &Segment, in_picture: f32, in_figure: f32) -> Cues {
    let place = distance(a.in_picture.at, b.in_picture.at);
    let figure_place = distance(a.in_figure.at, b.in_figure.at);
    let mask = agreement(&a.form.mask, &b.form.mask);
    let [lines, other_lines] = [a.company.lines, b.company.lines];
    [
        place,
        near(place, 0.03),
        near(place, 0.1),
        figure_place,
        near(figure_place, 0.06),
        near(figure_place, 0.2),
        difference(a.in_picture.log_area, b.in_picture.log_area),
        difference(a.in_figure.log_area, b.in_figure.log_area),
        (a.form.fill - b.form.fill).abs(),
        difference(a.form.aspect, b.form.aspect),
        distance(a.form.elongation, b.form.elongation),
        mask * mask,
        difference(a.company.roughness, b.company.roughness),
        (a.company.border - b.company.border).abs(),
        agreement(&a.ink.by_picture[0], &b.ink.by_picture[0]),
        agreement(&a.ink.by_picture[1], &b.ink.by_picture[1]),
        agreement(&a.ink.by_figure[0], &b.ink.by_figure[0]),
        agreement(&a.ink.by_figure[1], &b.ink.by_figure[1]),
        agreement(&a.ink.by_segment, &b.ink.by_segment),
        (lines[0] - other_lines[0]).abs(),
        (lines[2] - other_lines[2]).abs(),
        distance(a.company.trace_side, b.company.trace_side),
        turn(a.company.trace_side, b.company.trace_side),
        difference(a.company.trace_size, b.company.trace_size),
        (a.company.degree - b.company.degree).abs(),
        (a.company.closest - b.company.closest).abs(),
        difference(a.company.size, b.company.size),
        in_picture,
        union_share(in_picture, a.in_picture.area, b.in_picture.area),
        in_figure,
        union_share(in_figure, a.in_figure.area, b.in_figure.area),
    ]
}

/// Distance of two points.
pub(super) fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    length([a[0] - b[0], a[1] - b[1]])
}

/// Not `hypot`: these lengths are far from the limits of an `f32`, and there are many of them.
fn length([x, y]: [f32; 2]) -> f32 {
    (x * x + y * y).sqrt()
}

/// 1 at distance 0, a half at `reach`.
pub(super) fn near(distance: f32, reach: f32) -> f32 {
    let ratio = distance / reach;
    1.0 / (1.0 + ratio * ratio)
}

fn difference(a: f32, b: f32) -> f32 {
    (a - b).abs().min(MOST)
}

/// Cosine between two directions, times the geometric mean of their lengths.
fn turn(a: [f32; 2], b: [f32; 2]) -> f32 {
    let lengths = length(a) * length(b);
    if lengths > 0.0 { (a[0] * b[0] + a[1] * b[1]) / lengths.sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_halves_at_its_reach() {
        assert_eq!((near(0.0, 0.1), near(0.1, 0.1)), (1.0, 0.5));
    }

    #[test]
    fn turning_has_a_sign_and_none_without_direction() {
        assert_eq!(turn([0.5, 0.0], [0.5, 0.0]), 0.5);
        assert_eq!(turn([0.5, 0.0], [-0.5, 0.0]), -0.5);
        assert_eq!(turn([0.0, 0.0], [1.0, 0.0]), 0.0);
    }
}
