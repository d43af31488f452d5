//! Where lines end, and which way they look there.

use super::grid::Grid;
use super::thin::changes;

/// How far a line is followed back to see its direction, in pixels.
const BACK: usize = 8;
/// A line that is shorter up to where it branches is no line: thinning leaves such thorns on thick ones.
const SHORTEST: usize = 4;

/// The end of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The last cell of its middle.
    pub at: usize,
    /// The way it looks, of length 1.
    pub way: [f64; 2],
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
    let back = follow(thin, at);
    let ([x, y], [from_x, from_y]) = (line.place(at), line.place(*back.last()?));
    let way = [f64::from(x - from_x), f64::from(y - from_y)];
    let length = way[0].hypot(way[1]);
    let long = back.len() >= SHORTEST && length > 0.0;
    long.then(|| End { at, way: way.map(|part| part / length) })
}

/// The first cells of a line from its end, up to where it branches.
fn follow(thin: &Grid, end: usize) -> Vec<usize> {
    let mut path = vec![end];
    while path.len() <= BACK {
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
