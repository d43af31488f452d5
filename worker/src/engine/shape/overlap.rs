//! How much of each target segment falls onto each reference segment.

use super::matrix::Matrix;
use super::segment::Geometry;

/// For each pair the share of the target segment's points that fall into the reference segment.
///
/// `place` says where a point of a target segment, in the frame of the picture, lies in the reference's.
pub(super) fn overlap(
    target: &Geometry,
    reference: &Geometry,
    place: impl Fn(usize, [f32; 2]) -> [f32; 2],
) -> Matrix {
    let mut shares = Matrix::new(target.segments.len(), reference.segments.len());
    for (index, segment) in target.segments.iter().enumerate() {
        let part = 1.0 / segment.points.len().max(1) as f32;
        let row = shares.row_mut(index);
        for &point in &segment.points {
            if let Some(hit) = reference.grid.at(reference.picture.leave(place(index, point))) {
                row[hit] += part;
            }
        }
    }
    shares
}

/// Overlap if the drawings lie on each other as pictures.
pub(super) fn picture_overlap(target: &Geometry, reference: &Geometry) -> Matrix {
    overlap(target, reference, |_, point| point)
}

/// Overlap if the boxes around the figures lie on each other.
pub(super) fn figure_overlap(target: &Geometry, reference: &Geometry) -> Matrix {
    overlap(target, reference, |_, point| {
        let shared = target.figure.enter(target.picture.leave(point));
        reference.picture.enter(reference.figure.leave(shared))
    })
}

/// Intersection by union of two segments, from the share of the first in the second and both areas, above 0.
pub(super) fn union_share(share: f32, area: f32, other_area: f32) -> f32 {
    let ratio = other_area / area;
    let common = share.min(ratio);
    common / (1.0 + ratio - common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_union_share_is_one_only_for_equal_segments() {
        assert_eq!(union_share(1.0, 0.1, 0.1), 1.0);
        assert_eq!(union_share(0.0, 0.1, 0.1), 0.0);
        assert!((union_share(1.0, 1.0, 2.0) - 0.5).abs() < 1e-6);
        assert!((union_share(0.5, 1.0, 0.5) - 0.5).abs() < 1e-6);
        assert!(union_share(1.0, 1e-9, 1.0).is_finite());
    }
}
