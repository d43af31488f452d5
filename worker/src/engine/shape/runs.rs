//! A label image as horizontal runs: everything about areas and outlines is counted from them.

use cel::Labels;

/// Consecutive pixels of one segment in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Index of the segment, label - 1.
    pub segment: usize,
    /// Row.
    pub y: u32,
    /// First column.
    pub start: u32,
    /// Column after the last.
    pub end: u32,
}

/// The runs of all segments, row by row from the top left.
pub(super) fn runs(labels: &Labels) -> Vec<Run> {
    let mut runs = Vec::new();
    for y in 0..labels.size.height {
        let mut start = 0;
        for run in labels.row(y).chunk_by(|a, b| a == b) {
            let end = start + run.len() as u32;
            if run[0] != 0 {
                runs.push(Run { segment: run[0] as usize - 1, y, start, end });
            }
            start = end;
        }
    }
    runs
}
