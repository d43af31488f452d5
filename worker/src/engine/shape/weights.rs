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
    [4.629, 2.992, 3.01], // Distance in the picture.
    [-0.135, -0.026, -0.245], // Nearness in the picture, half at 0.03.
    [1.663, 0.396, 0.62], // Nearness in the picture, half at 0.1.
    [-0.056, -0.824, -1.178], // Distance in the box of the figure.
    [-1.907, -1.974, -1.171], // Nearness in the figure, half at 0.06.
    [3.709, 1.055, 0.787], // Nearness in the figure, half at 0.2.
    [-0.119, -0.133, -0.106], // Difference of log area in the picture.
    [-0.411, -0.188, -0.161], // Difference of log area in the figure.
    [-1.563, -1.203, -1.066], // Difference of the filled share of the bounding box.
    [-0.152, -0.275, -0.28], // Difference of log aspect.
    [-0.156, -0.205, -0.095], // Difference of elongation.
    [4.106, 2.072, 1.745], // Agreement of form, squared.
    [-0.642, -0.375, -0.25], // Difference of roughness.
    [1.253, 0.17, 0.342], // Difference of the share on the picture's edge.
    [1.036, 0.671, 0.232], // Agreement of ink in the smaller square of the picture.
    [2.019, 0.357, 0.164], // Agreement of ink in the larger square of the picture.
    [3.517, 1.155, 0.943], // Agreement of ink in the smaller square of the figure.
    [4.561, -0.113, 0.009], // Agreement of ink in the larger square of the figure.
    [5.8, 2.187, 1.79], // Agreement of ink in the square of the segment.
    [-5.123, -5.71, -4.694], // Difference of the share of contact across ink.
    [-17.17, -9.896, -8.127], // Difference of the share of contact across red traces.
    [2.684, 3.012, 2.547], // Distance of the sides on which traces lie.
    [5.715, 3.825, 3.175], // Whether traces lie on the same side.
    [-0.133, -0.167, -0.138], // Difference of the log size of neighbours across traces.
    [-0.441, 0.11, 0.21], // Difference of the log number of neighbours.
    [-4.289, -2.101, -1.908], // Difference of the closest neighbour's share.
    [-0.3, -0.012, 0.0], // Difference of the log size of neighbours.
    [1.096, -0.016, -0.126], // Overlap as pictures.
    [1.314, -0.084, 1.107], // Overlap as pictures, by union.
    [1.681, 0.909, 0.601], // Overlap as figures.
    [0.548, 0.121, 0.304], // Overlap as figures, by union.
];

/// Weights of the cues that follow from beliefs, one row a cue, one column a later pass.
#[rustfmt::skip]
const SUPPORT_TABLE: [[f32; LATER_PASSES]; SUPPORTS] = [
    [-0.194, 0.081], // Log belief among the reference segments.
    [0.259, 0.105], // Log belief among the target segments.
    [1.334, 0.953], // Mutual belief.
    [-1.742, -1.244], // Distance after the motion of the surroundings.
    [-0.109, 0.393], // Nearness after motion, half at 0.01.
    [0.181, -0.381], // Nearness after motion, half at 0.03.
    [0.948, 0.898], // Nearness after motion, half at 0.1.
    [1.477, 1.248], // Overlap after motion.
    [1.249, 0.64], // Overlap after motion, by union.
    [4.417, 3.179], // Own neighbours that have partners among the other's.
    [-0.311, -0.574], // The other's neighbours that have partners among the own.
    [4.197, 4.597], // Both, as a geometric mean.
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
