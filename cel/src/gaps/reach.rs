//! What the end of a line could reach.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::ends::End;
use super::grid::Grid;
use crate::Size;

/// Least cosine between the way an end looks and the way to another end: a gap may have taken a corner.
const TO_END: f64 = -0.3;
/// The same for the side of a line.
const TO_SIDE: f64 = 0.0;
/// How many other ends are looked at from each.
const ENDS: usize = 3;
/// How many columns and rows around an end count for what is drawn there.
const AROUND: i32 = 3;
/// Thinning takes up to this many pixels from an end.
const SHORTENED: f64 = 2.0;
/// How much further a target counts per unit of cosine that it lies off the way.
const TURN: f64 = 0.6;

/// The lines of a drawing.
pub(super) struct Lines {
    /// All of them.
    pub all: Grid,
    /// Those that are not black.
    pub traces: Grid,
}

/// A gap in the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Column and row where a line ends.
    pub from: [u32; 2],
    /// Column and row of the line that it would reach.
    pub to: [u32; 2],
    /// Pixels that are missing between them.
    pub pixels: u32,
}

impl Gap {
    /// Whether it lies in an image.
    pub(super) fn is_within(&self, size: Size) -> bool {
        [self.from, self.to].iter().all(|[x, y]| *x < size.width && *y < size.height)
    }

    /// The pixels of the straight line from end to end, by their index in the image.
    pub fn pixels(&self, size: Size) -> Vec<usize> {
        let ([x0, y0], [x1, y1]) = (self.from.map(f64::from), self.to.map(f64::from));
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1.0);
        (0..=steps as u32)
            .map(|step| {
                let share = f64::from(step) / steps;
                let (x, y) = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
                y.round() as usize * size.width as usize + x.round() as usize
            })
            .collect()
    }
}

/// A way to close a line that ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closure {
    pub gap: Gap,
    pub target: Target,
    /// Cells of the line up to where it branches; of the shorter one of two.
    pub length: usize,
    /// Pixels of line around the end.
    pub ink: u32,
}

/// What an end would reach.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// Another end.
    End {
        /// Cosine between the way that the end looks and the way there.
        ahead: f64,
        /// Cosine between the way that the other looks and the way to this one.
        facing: f64,
    },
    /// A line, somewhere along it.
    Side {
        /// Cosine between the way that the end looks and the way there.
        ahead: f64,
    },
}

/// What each end, in the order of their cells, could reach over at most so many pixels: the nearest ends, and the nearest line.
/// Two ends that find each other are one closure.
pub(super) fn closures(lines: &Lines, ends: &[End], most: u32) -> Vec<Closure> {
    let mut known = HashSet::new();
    let all = ends.iter().flat_map(|end| from(lines, end, ends, most));
    all.filter(|Closure { gap, .. }| known.insert((gap.from.min(gap.to), gap.from.max(gap.to)))).collect()
}

fn from(lines: &Lines, end: &End, ends: &[End], most: u32) -> Vec<Closure> {
    let line = &lines.all;
    let radius = f64::from(most) + 1.0 + 2.0 * SHORTENED;
    let own = strand(line, end.at, radius as usize + 4);
    let ink = ink_around(line, end.at);
    let facing = |other: &End| cosine(line, other, end.at);
    let others = within(line, ends, end.at, radius as usize).iter().filter(|other| !own.contains(&other.at));
    let mut others: Vec<(f64, &End)> =
        others.filter_map(|other| Some((cost(line, end, other.at, radius, TO_END)?, other))).collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    let to_ends = others.into_iter().take(ENDS).filter_map(|(_, other)| {
        let gap = between(line, end.at, other.at, most)?;
        let target = Target::End { ahead: cosine(line, end, other.at), facing: facing(other) };
        Some(Closure { gap, target, length: end.length.min(other.length), ink })
    });
    let to_side = side(lines, end, &own, radius).and_then(|at| {
        let gap = between(line, end.at, at, most)?;
        Some(Closure { gap, target: Target::Side { ahead: cosine(line, end, at) }, length: end.length, ink })
    });
    to_ends.chain(to_side).collect()
}

/// The ends that lie at most so many rows above or below a cell, of ends in the order of their cells.
fn within<'a>(line: &Grid, ends: &'a [End], at: usize, rows: usize) -> &'a [End] {
    let away = (rows + 1) * (line.size.width as usize + 2);
    let first = ends.partition_point(|end| end.at + away < at);
    &ends[first..ends.partition_point(|end| end.at <= at + away)]
}

/// The cell of another line that is nearest to an end.
fn side(lines: &Lines, end: &End, own: &HashSet<usize>, radius: f64) -> Option<usize> {
    let line = &lines.all;
    let is_trace = lines.traces.cells[end.at];
    square(line, end.at, radius as i32)
        // Black lines end beside traces; a trace ends at whatever bounds its paint.
        .filter(|at| line.cells[*at] && !own.contains(at) && (is_trace || !lines.traces.cells[*at]))
        .filter_map(|at| Some((cost(line, end, at, radius, TO_SIDE)?, at)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, at)| at)
}

/// The cells so many columns and rows around one, as far as they are in the image.
fn square(line: &Grid, at: usize, span: i32) -> impl Iterator<Item = usize> {
    let [x, y] = line.place(at);
    let places = (-span..=span).flat_map(move |down| (-span..=span).map(move |right| [x + right, y + down]));
    places.filter_map(|place| line.at(place))
}

fn ink_around(line: &Grid, at: usize) -> u32 {
    square(line, at, AROUND).filter(|&at| line.cells[at]).count() as u32
}

/// Cosine between the way an end looks and the way to a cell.
fn cosine(line: &Grid, end: &End, at: usize) -> f64 {
    let ([x, y], [to_x, to_y]) = (line.place(end.at), line.place(at));
    let (right, down) = (f64::from(to_x - x), f64::from(to_y - y));
    (right * end.way[0] + down * end.way[1]) / right.hypot(down)
}

/// How far a cell is from an end, more so off the way it looks; `None` if it is too far away or aside.
fn cost(line: &Grid, end: &End, at: usize, radius: f64, least: f64) -> Option<f64> {
    let ([x, y], [to_x, to_y]) = (line.place(end.at), line.place(at));
    let length = f64::from(to_x - x).hypot(f64::from(to_y - y));
    let cosine = cosine(line, end, at);
    (length <= radius && cosine >= least).then_some(length * (1.0 + TURN * (1.0 - cosine)))
}

/// The gap between two cells of lines; `None` if nothing is missing between them, or too much, or another line is.
fn between(line: &Grid, from: usize, to: usize, most: u32) -> Option<Gap> {
    let place = |at| line.place(at).map(|v| v as u32);
    let gap = Gap { from: place(from), to: place(to), pixels: 0 };
    let is_missing = |at: &usize| {
        let (x, y) = (at % line.size.width as usize, at / line.size.width as usize);
        line.at([x as i32, y as i32]).is_some_and(|at| !line.cells[at])
    };
    let way = gap.pixels(line.size);
    let mut missing = way.chunk_by(|a, b| is_missing(a) == is_missing(b)).filter(|run| is_missing(&run[0]));
    let pixels = missing.next()?.len() as u32;
    (pixels <= most && missing.next().is_none()).then_some(Gap { pixels, ..gap })
}

/// The cells of the line that an end belongs to, so many steps from it.
fn strand(line: &Grid, start: usize, steps: usize) -> HashSet<usize> {
    let mut seen = HashSet::from([start]);
    let mut edge = vec![start];
    for _ in 0..steps {
        let further = edge.iter().flat_map(|&at| line.around(at)).filter(|&at| line.cells[at]);
        let further: Vec<usize> = further.collect();
        edge = further.into_iter().filter(|&at| seen.insert(at)).collect();
    }
    seen
}
