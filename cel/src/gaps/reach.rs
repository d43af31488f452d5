//! What the end of a line reaches.

use std::collections::HashSet;

use super::ends::End;
use super::grid::Grid;
use crate::Size;

/// Least cosine between the way an end looks and the way to another end, 72° to either side.
const FACING: f64 = 0.3;
/// The same for the other end, which may be the arm of a corner that the gap has taken.
const CORNER: f64 = -0.5;
/// The same for the side of a line, which many lines stop short of on purpose: 26°.
const AHEAD: f64 = 0.9;
/// Most pixels between an end and the side of a line.
const SIDE: u32 = 1;
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Column and row where a line ends.
    pub from: [u32; 2],
    /// Column and row of the line that it would reach.
    pub to: [u32; 2],
    /// Pixels that are missing between them.
    pub pixels: u32,
}

impl Gap {
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

/// The gap ahead of each end, if there is one of at most so many pixels. Two ends that find each other are one gap.
pub(super) fn gaps(lines: &Lines, ends: &[End], most: u32) -> Vec<Gap> {
    let mut known = HashSet::new();
    let mut gaps: Vec<Gap> = Vec::new();
    for end in ends {
        if let Some(gap) = gap(lines, end, ends, most)
            && known.insert((gap.from.min(gap.to), gap.from.max(gap.to)))
        {
            gaps.push(gap);
        }
    }
    gaps
}

fn gap(lines: &Lines, end: &End, ends: &[End], most: u32) -> Option<Gap> {
    let line = &lines.all;
    let radius = f64::from(most) + 1.0 + 2.0 * SHORTENED;
    let own = strand(line, end.at, radius as usize + 4);
    let other_end = ends
        .iter()
        .filter(|other| !own.contains(&other.at))
        .filter_map(|other| Some((cost(line, end, other.at, radius, FACING)?, other)))
        .filter(|(_, other)| cost(line, other, end.at, radius, CORNER).is_some())
        .min_by(|a, b| a.0.total_cmp(&b.0));
    let to_end = other_end.and_then(|(_, other)| between(line, end.at, other.at, most));
    to_end.or_else(|| {
        let radius = f64::from(SIDE.min(most)) + 1.0 + SHORTENED;
        let is_trace = lines.traces.cells[end.at];
        let (from, span) = (line.place(end.at), radius as i32);
        let cells = (-span..=span).flat_map(|down| (-span..=span).map(move |right| [right, down]));
        let side = cells
            .filter_map(|[right, down]| line.at([from[0] + right, from[1] + down]))
            // Black lines end beside traces; a trace ends at whatever bounds its paint.
            .filter(|&at| line.cells[at] && !own.contains(&at) && (is_trace || !lines.traces.cells[at]))
            .filter_map(|at| Some((cost(line, end, at, radius, AHEAD)?, at)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        side.and_then(|(_, at)| between(line, end.at, at, SIDE.min(most)))
    })
}

/// How far a cell is from an end, more so off the way it looks; `None` if it is too far away or aside.
fn cost(line: &Grid, end: &End, at: usize, radius: f64, least: f64) -> Option<f64> {
    let ([x, y], [to_x, to_y]) = (line.place(end.at), line.place(at));
    let (right, down) = (f64::from(to_x - x), f64::from(to_y - y));
    let length = right.hypot(down);
    let cosine = (right * end.way[0] + down * end.way[1]) / length;
    (length <= radius && cosine >= least).then_some(length * (1.0 + TURN * (1.0 - cosine)))
}

/// The gap between two cells of lines; `None` if nothing is missing between them, or too much.
fn between(line: &Grid, from: usize, to: usize, most: u32) -> Option<Gap> {
    let place = |at| line.place(at).map(|v| v as u32);
    let gap = Gap { from: place(from), to: place(to), pixels: 0 };
    let missing = gap.pixels(line.size).into_iter().filter(|&at| {
        let (x, y) = (at % line.size.width as usize, at / line.size.width as usize);
        line.at([x as i32, y as i32]).is_some_and(|at| !line.cells[at])
    });
    let pixels = missing.count() as u32;
    (1..=most).contains(&pixels).then_some(Gap { pixels, ..gap })
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
