//! One pass over the pixels: horizontal runs, and which of them hang together.

use std::ops::Range;

use crate::repeats::leading;
use crate::{Drawing, Rgba};

/// The key of pixels that are no line.
const OPEN: u32 = u32::MAX;
/// The key of black line pixels.
const BLACK: u32 = 0;

/// Pixels `start..end` of row `row`, all with one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub row: u32,
    pub start: u32,
    pub end: u32,
    /// Red, green and blue in the low 24 bits, or [`OPEN`].
    pub key: u32,
}

impl Run {
    /// Where its pixels lie in an image of this width.
    pub(super) fn range(self, width: usize) -> Range<usize> {
        let row = self.row as usize * width;
        row + self.start as usize..row + self.end as usize
    }
}

/// The runs of a drawing, in raster order, black ones left out.
pub(super) struct Scan {
    /// Runs that are no line, 4-connected.
    pub open: Connected,
    /// Runs of coloured line pixels, 8-connected within one colour.
    pub traces: Connected,
}

/// Runs in raster order and a forest over them: the root of a component is its first run.
pub(super) struct Connected {
    pub runs: Vec<Run>,
    parents: Vec<u32>,
    /// 1 where runs that meet at a corner touch, 0 where they have to overlap.
    reach: u32,
    previous: Range<usize>,
    row_start: usize,
}

impl Connected {
    fn new(reach: u32) -> Self {
        Self { runs: Vec::new(), parents: Vec::new(), reach, previous: 0..0, row_start: 0 }
    }

    fn push(&mut self, run: Run) {
        self.parents.push(self.runs.len() as u32);
        self.runs.push(run);
    }

    /// Connects the runs pushed since the last call with those pushed before it.
    fn finish_row(&mut self) {
        let current = self.row_start..self.runs.len();
        let mut first = self.previous.start;
        for index in current.clone() {
            let Run { start, end, key, .. } = self.runs[index];
            while first < self.previous.end && self.runs[first].end + self.reach <= start {
                first += 1;
            }
            for above in first..self.previous.end {
                if self.runs[above].start >= end + self.reach {
                    break;
                }
                if self.runs[above].key == key {
                    self.join(above as u32, index as u32);
                }
            }
        }
        self.row_start = current.end;
        self.previous = current;
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }

    /// The first run of the component that a run belongs to.
    pub(super) fn root(&mut self, mut index: u32) -> u32 {
        while self.parents[index as usize] != index {
            let grandparent = self.parents[self.parents[index as usize] as usize];
            self.parents[index as usize] = grandparent;
            index = grandparent;
        }
        index
    }
}

/// Cuts a drawing into runs. `use_alpha` tells line pixels by alpha above 0, else by not being white.
pub(super) fn scan(drawing: &Drawing, use_alpha: bool) -> Scan {
    if use_alpha { scan_by(drawing, key_by_alpha) } else { scan_by(drawing, key_by_white) }
}

fn scan_by(drawing: &Drawing, key: impl Fn(Rgba) -> u32 + Copy) -> Scan {
    let mut scan = Scan { open: Connected::new(0), traces: Connected::new(1) };
    for y in 0..drawing.size.height {
        scan_row(drawing.row(y), y, key, &mut scan);
        scan.open.finish_row();
        scan.traces.finish_row();
    }
    scan
}

fn scan_row(row: &[Rgba], y: u32, key: impl Fn(Rgba) -> u32, scan: &mut Scan) {
    let mut start = 0;
    while start < row.len() {
        let run_key = key(row[start]);
        let mut end = start;
        // Different pixels may share a key: empty ones of any colour, lines of any alpha.
        while end < row.len() && key(row[end]) == run_key {
            end += leading(&row[end..]);
        }
        let run = Run { row: y, start: start as u32, end: end as u32, key: run_key };
        match run_key {
            OPEN => scan.open.push(run),
            BLACK => {}
            _ => scan.traces.push(run),
        }
        start = end;
    }
}

fn colour(pixel: Rgba) -> u32 {
    let [red, green, blue] = pixel.rgb();
    u32::from_be_bytes([0, red, green, blue])
}

fn key_by_alpha(pixel: Rgba) -> u32 {
    if pixel.alpha() == 0 { OPEN } else { colour(pixel) }
}

fn key_by_white(pixel: Rgba) -> u32 {
    if pixel.rgb() == [255; 3] { OPEN } else { colour(pixel) }
}
