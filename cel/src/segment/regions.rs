//! Numbers the regions.

use super::runs::Connected;
use crate::Labels;

/// Gives every open region its number, from 1 in raster order of first pixels.
pub(super) fn number(mut open: Connected, labels: &mut Labels) {
    let width = labels.size.width as usize;
    let mut numbers = vec![0; open.runs.len()];
    for index in 0..open.runs.len() {
        let root = open.root(index as u32) as usize;
        if root == index {
            labels.count += 1;
            numbers[index] = labels.count;
        } else {
            // The root comes first in raster order, so it has its number already.
            numbers[index] = numbers[root];
        }
        labels.labels[open.runs[index].range(width)].fill(numbers[index]);
    }
}
