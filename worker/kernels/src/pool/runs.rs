//! Label images as runs: stretches of one segment within a row of coarse cells.

use super::LabelImage;

/// Cells `start..end` of one row that belong to `segment` (from 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) segment: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The runs of all rows of a label image, at the size of the coarse cells.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    /// Columns of coarse cells.
    pub(super) width: usize,
    /// Row `y` has runs `rows[y]..rows[y + 1]`.
    rows: Vec<usize>,
    runs: Vec<Run>,
}

impl Runs {
    /// Max-pools the label image by `factors` (rows, columns): the cells of a segment are those it has a pixel in.
    pub(super) fn new(image: &LabelImage<'_>, factors: (usize, usize)) -> Self {
        let (down, across) = factors;
        let width = image.width / across;
        let mut all = Self { width, rows: vec![0], runs: Vec::new() };
        let mut row = Vec::new();
        for band in image.labels.chunks_exact(image.width * down) {
            row.clear();
            for labels in band.chunks_exact(image.width) {
                push_row(labels, across, width as u32, &mut row);
            }
            if down > 1 || across > 1 {
                merge(&mut row);
            }
            all.runs.extend_from_slice(&row);
            all.rows.push(all.runs.len());
        }
        all
    }

    /// Rows of coarse cells.
    pub(super) fn height(&self) -> usize {
        self.rows.len() - 1
    }

    pub(super) fn row(&self, y: usize) -> &[Run] {
        &self.runs[self.rows[y]..self.rows[y + 1]]
    }

    /// Coarse cells of each of `segments` segments.
    pub(super) fn counts(&self, segments: usize) -> Vec<u64> {
        let mut counts = vec![0; segments];
        for run in &self.runs {
            counts[run.segment as usize] += u64::from(run.end - run.start);
        }
        counts
    }
}

fn push_row(labels: &[u32], across: usize, width: u32, out: &mut Vec<Run>) {
    let mut start = 0;
    for stretch in labels.chunk_by(|a, b| a == b) {
        let end = start + stretch.len();
        let first = (start / across) as u32;
        let last = ((end - 1) / across) as u32;
        if stretch[0] != 0 && first < width {
            out.push(Run { segment: stretch[0] - 1, start: first, end: (last + 1).min(width) });
        }
        start = end;
    }
}

/// Joins the runs of one segment that overlap, so that no cell counts twice.
fn merge(runs: &mut Vec<Run>) {
    runs.sort_unstable_by_key(|run| (run.segment, run.start, run.end));
    runs.dedup_by(|next, kept| {
        let joins = next.segment == kept.segment && next.start <= kept.end;
        if joins {
            kept.end = kept.end.max(next.end);
        }
        joins
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarse_cells_count_once_and_the_rest_is_dropped() {
        let labels = [
            1, 1, 0, 2, 2, //
            0, 1, 1, 2, 3, //
            4, 4, 4, 4, 4,
        ];
        let runs = Runs::new(&LabelImage { labels: &labels, width: 5, segments: 4 }, (2, 2));
        assert_eq!((runs.height(), runs.width), (1, 2));
        assert_eq!(runs.row(0), [Run { segment: 0, start: 0, end: 2 }, Run { segment: 1, start: 1, end: 2 }]);
        assert_eq!(runs.counts(4), [2, 1, 0, 0]);
    }
}
