//! Where lines end, and which way they look there.

use super::grid::Grid;
use super::thin::changes;

/// How far a line is followed back to see its direction, in pixels.
const BACK: usize = 8;
/// How far it is followed to see its length.
const LONGEST: usize = 40;
/// A line that is shorter up to where it branches is no line: thinning leaves such thorns on thick ones.
const SHORTEST: usize = 3;

/// The end of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The last cell of its middle.
    pub at: usize,
    /// The way it looks, of length 1.
    pub way: [f64; 2],
    /// Cells of its middle up to where it branches; at most 41.
    pub length: usize,
}

/// The ends of lines one pixel wide; `line` has them in full width.
pub(super) fn ends(line: &Grid, thin: &Grid) -> Vec<End> {
    thin.set().filter_map(|at| end(line, thin, at)).collect()
}

fn end(line: &Grid, thin: &Grid, at: usize) -> Option<End> {
    let around = thin.around(at).map(|other| thin.cells[other]);
    let count = around.iter().filter(|&&set| set).count();
    if count == 0 || count > 2 || changes(&around) != 1 {
        return None;
    }
    let path = follow(thin, at);
    let back = path[BACK.min(path.len() - 1)];
    let ([x, y], [from_x, from_y]) = (line.place(at), line.place(back));
    let way = [f64::from(x - from_x), f64::from(y - from_y)];
    let step = way[0].hypot(way[1]);
    let is_long = path.len() >= SHORTEST && step > 0.0;
    is_long.then(|| End { at, way: way.map(|part| part / step), length: path.len() })
}

/// The first cells of a line from its end, up to where it branches.
fn follow(thin: &Grid, end: usize) -> Vec<usize> {
    let mut path = vec![end];
    while path.len() <= LONGEST {
        let last = path[path.len() - 1];
        let around = thin.around(last).map(|other| thin.cells[other]);
        if changes(&around) > 2 {
            break;
        }
        let next = thin.around(last).into_iter().find(|&at| thin.cells[at] && !path.contains(&at));
        match next {
            Some(next) => path.push(next),
            None => break,
        }
    }
    path
}
