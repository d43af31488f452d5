//! How much each cue counts, pass by pass.
//!
//! Fitted by maximum likelihood on every third of the training clips, two drawings each: the softmax over all
//! segments of the references (the previous drawing, the first drawing of the clip or none of them, with and without
//! the design sheet) is to fall on segments of the right colour, segments counting half alike and half by the root of
//! their area. The passes were fitted one after the other.

use super::cues::CUES;
use super::support::SUPPORTS;

/// Number of passes that ask the rest of the drawing.
const LATER_PASSES: usize = 2;

/// Weights of the cues of a pair, one row a cue, one column a pass.
#[rustfmt::skip]
const CUE_TABLE: [[f32; LATER_PASSES + 1]; CUES] = [
    [4.629, 4.629, 4.629], // Distance in the picture.
    [-0.135, -0.135, -0.135], // Nearness in the picture, half at 0.03.
    [1.663, 1.663, 1.663], // Nearness in the picture, half at 0.1.
    [-0.056, -0.056, -0.056], // Distance in the box of the figure.
    [-1.907, -1.907, -1.907], // Nearness in the figure, half at 0.06.
    [3.709, 3.709, 3.709], // Nearness in the figure, half at 0.2.
    [-0.119, -0.119, -0.119], // Difference of log area in the picture.
    [-0.411, -0.411, -0.411], // Difference of log area in the figure.
    [-1.563, -1.563, -1.563], // Difference of the filled share of the bounding box.
    [-0.152, -0.152, -0.152], // Difference of log aspect.
    [-0.156, -0.156, -0.156], // Difference of elongation.
    [4.106, 4.106, 4.106], // Agreement of form, squared.
    [-0.642, -0.642, -0.642], // Difference of roughness.
    [1.253, 1.253, 1.253], // Difference of the share on the picture's edge.
    [1.036, 1.036, 1.036], // Agreement of ink in the smaller square of the picture.
    [2.019, 2.019, 2.019], // Agreement of ink in the larger square of the picture.
    [3.517, 3.517, 3.517], // Agreement of ink in the smaller square of the figure.
    [4.561, 4.561, 4.561], // Agreement of ink in the larger square of the figure.
    [5.8, 5.8, 5.8], // Agreement of ink in the square of the segment.
    [-5.123, -5.123, -5.123], // Difference of the share of contact across ink.
    [-17.17, -17.17, -17.17], // Difference of the share of contact across red traces.
    [2.684, 2.684, 2.684], // Distance of the sides on which traces lie.
    [5.715, 5.715, 5.715], // Whether traces lie on the same side.
    [-0.133, -0.133, -0.133], // Difference of the log size of neighbours across traces.
    [-0.441, -0.441, -0.441], // Difference of the log number of neighbours.
    [-4.289, -4.289, -4.289], // Difference of the closest neighbour's share.
    [-0.3, -0.3, -0.3], // Difference of the log size of neighbours.
    [1.096, 1.096, 1.096], // Overlap as pictures.
    [1.314, 1.314, 1.314], // Overlap as pictures, by union.
    [1.681, 1.681, 1.681], // Overlap as figures.
    [0.548, 0.548, 0.548], // Overlap as figures, by union.
];

/// Weights of the cues that follow from beliefs, one row a cue, one column a later pass.
#[rustfmt::skip]
const SUPPORT_TABLE: [[f32; LATER_PASSES]; SUPPORTS] = [
    [0.1, 0.1], // Log belief among the reference segments.
    [0.1, 0.1], // Log belief among the target segments.
    [0.1, 0.1], // Mutual belief.
    [0.1, 0.1], // Distance after the motion of the surroundings.
    [0.1, 0.1], // Nearness after motion, half at 0.01.
    [0.1, 0.1], // Nearness after motion, half at 0.03.
    [0.1, 0.1], // Nearness after motion, half at 0.1.
    [0.1, 0.1], // Overlap after motion.
    [0.1, 0.1], // Overlap after motion, by union.
    [0.1, 0.1], // Own neighbours that have partners among the other's.
    [0.1, 0.1], // The other's neighbours that have partners among the own.
    [0.1, 0.1], // Both, as a geometric mean.
];

/// Weights of the first pass.
pub(super) const FIRST: [f32; CUES] = column(&CUE_TABLE, 0);

/// Weights of the later passes: of the cues of a pair, and of those that follow from beliefs.
pub(super) const LATER: [([f32; CUES], [f32; SUPPORTS]); LATER_PASSES] =
    [(column(&CUE_TABLE, 1), column(&SUPPORT_TABLE, 0)), (column(&CUE_TABLE, 2), column(&SUPPORT_TABLE, 1))];

/// One column of a table.
const fn column<const COLUMNS: usize, const ROWS: usize>(
    table: &[[f32; COLUMNS]; ROWS],
    column: usize,
) -> [f32; ROWS] {
    let mut weights = [0.0; ROWS];
    let mut row = 0;
    while row < ROWS {
        weights[row] = table[row][column];
        row += 1;
    }
    weights
}
