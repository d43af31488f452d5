//! Building the sparse matrix of segment pooling.

use candle_core::{Result, bail};

use super::runs::{Run, Runs};
use super::{LabelImage, Pooling};
use crate::Corners;
use crate::axis::Axis;

/// The sparse matrix that takes a feature map to the mean of its bilinear enlargement over each segment.
///
/// Compressed rows: segment `i` has the entries `offsets()[i]..offsets()[i + 1]` of [`cells`](Self::cells) and
/// [`weights`](Self::weights), cells ascending. The weights of a segment add up to 1; an empty segment has none, so
/// its features are zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolPlan {
    pub(super) grid: (usize, usize),
    pub(super) offsets: Vec<u32>,
    pub(super) cells: Vec<u32>,
    pub(super) weights: Vec<f32>,
}

impl PoolPlan {
    /// Plans the pooling of a map of `grid` (height, width) cells over the segments of a drawing.
    ///
    /// The map is taken to cover the drawing and to be enlarged bilinearly with half-pixel centres
    /// (`F.interpolate(…, mode="bilinear", align_corners=False)`) to the size `pooling` says.
    ///
    /// # Errors
    /// When the labels do not make whole rows, a label is above the number of segments, or a size is zero.
    pub fn new(image: &LabelImage<'_>, grid: (usize, usize), pooling: Pooling) -> Result<Self> {
        image.check()?;
        if grid.0 == 0 || grid.1 == 0 {
            bail!("segment pooling: a map of {}x{} cells", grid.1, grid.0);
        }
        let runs = Runs::new(image, pooling.factors(image.height(), image.width));
        let entries = entries(&runs, grid);
        Ok(Self::from_entries(grid, &entries, &runs.counts(image.segments)))
    }

    /// Height and width of the maps this plan is for, in cells.
    #[must_use]
    pub fn grid(&self) -> (usize, usize) {
        self.grid
    }

    /// Number of segments, the rows of the matrix.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Where the entries of each segment start; one more entry than segments.
    #[must_use]
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// Cell of each entry, row by row of the map.
    #[must_use]
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }

    /// Weight of each entry.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// Whether each segment has any cell at all: 1 or 0. An empty one is pooled to zeros.
    #[must_use]
    pub fn occupied(&self) -> Vec<f32> {
        self.offsets.windows(2).map(|pair| if pair[0] < pair[1] { 1.0 } else { 0.0 }).collect()
    }

    /// Sorts the entries by segment, which keeps the order of the cells, and divides by the counts.
    fn from_entries(grid: (usize, usize), entries: &[Entry], counts: &[u64]) -> Self {
        let mut offsets = vec![0u32; counts.len() + 1];
        for entry in entries {
            offsets[entry.segment as usize + 1] += 1;
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut next = offsets.clone();
        let mut cells = vec![0; entries.len()];
        let mut weights = vec![0.0; entries.len()];
        for entry in entries {
            let segment = entry.segment as usize;
            let at = next[segment] as usize;
            next[segment] += 1;
            cells[at] = entry.cell;
            weights[at] = (entry.weight / counts[segment] as f64) as f32;
        }
        Self { grid, offsets, cells, weights }
    }
}

/// The summed weight of a segment's pixels in one cell of the map.
struct Entry {
    segment: u32,
    cell: u32,
    weight: f64,
}

/// All entries, by map row, then segment, then column.
fn entries(runs: &Runs, grid: (usize, usize)) -> Vec<Entry> {
    if runs.height() == 0 || runs.width == 0 {
        return Vec::new();
    }
    let vertical = Axis::new(grid.0, runs.height(), Corners::HalfPixel);
    let mut row = GridRow::new(&Axis::new(grid.1, runs.width, Corners::HalfPixel), grid.1);
    let mut weighted: Vec<(Run, f64)> = Vec::new();
    let mut out = Vec::new();
    for y in 0..grid.0 {
        weighted.clear();
        // Image rows between map rows y - 1 and y, and those between y and y + 1.
        let start = vertical.lower.partition_point(|&lower| (lower as usize) + 1 < y);
        let end = vertical.lower.partition_point(|&lower| lower as usize <= y);
        for source in start..end {
            let fraction = vertical.fraction[source];
            let weight = if vertical.lower[source] as usize == y { 1.0 - fraction } else { fraction };
            if weight > 0.0 {
                weighted.extend(runs.row(source).iter().map(|&run| (run, weight)));
            }
        }
        weighted.sort_by_key(|(run, _)| run.segment);
        for group in weighted.chunk_by(|a, b| a.0.segment == b.0.segment) {
            row.add(group);
            row.drain(group[0].0.segment, (y * grid.1) as u32, &mut out);
        }
    }
    out
}

/// Sums the weights of runs in one row of the map.
struct GridRow {
    /// First image column whose lower cell is `k` or higher; `width + 1` entries.
    first: Vec<u32>,
    /// Lower cell of each image column.
    lower: Vec<u32>,
    /// Sum of the fractions of the image columns before each.
    before: Vec<f64>,
    sums: Vec<f64>,
    /// The columns of `sums` that may be non-zero.
    touched: std::ops::Range<usize>,
}

impl GridRow {
    fn new(axis: &Axis, width: usize) -> Self {
        let first = (0..=width).map(|k| axis.lower.partition_point(|&lower| (lower as usize) < k) as u32);
        let mut before = vec![0.0; axis.len() + 1];
        for (x, fraction) in axis.fraction.iter().enumerate() {
            before[x + 1] = before[x] + fraction;
        }
        Self {
            first: first.collect(),
            lower: axis.lower.clone(),
            before,
            sums: vec![0.0; width + 1],
            touched: width..0,
        }
    }

    fn add(&mut self, runs: &[(Run, f64)]) {
        for (run, weight) in runs {
            let low = self.lower[run.start as usize] as usize;
            let high = self.lower[run.end as usize - 1] as usize;
            self.touched = self.touched.start.min(low)..self.touched.end.max(high + 2);
            for k in low..=high {
                let start = run.start.max(self.first[k]);
                let end = run.end.min(self.first[k + 1]);
                if start < end {
                    let upper = self.before[end as usize] - self.before[start as usize];
                    self.sums[k] += weight * (f64::from(end - start) - upper);
                    self.sums[k + 1] += weight * upper;
                }
            }
        }
    }

    fn drain(&mut self, segment: u32, first_cell: u32, out: &mut Vec<Entry>) {
        let width = self.sums.len();
        for k in self.touched.start..self.touched.end.min(width) {
            let weight = std::mem::take(&mut self.sums[k]);
            if weight > 0.0 {
                out.push(Entry { segment, cell: first_cell + k as u32, weight });
            }
        }
        self.touched = width..0;
    }
}
