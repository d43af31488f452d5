//! Lines one pixel wide: the thinning of Guo and Hall (1989), which leaves the ends of slanted lines where they are.

use super::grid::Grid;

/// Rounds of thinning; what is thicker than twice as many pixels is no line but a black area.
const ROUNDS: usize = 6;

/// The middle of every line.
pub(super) fn skeleton(line: &Grid) -> Grid {
    let mut thin = line.clone();
    let mut left: Vec<usize> = thin.set().collect();
    let mut gone = Vec::new();
    for _ in 0..ROUNDS {
        let before = left.len();
        for second in [false, true] {
            gone.clear();
            gone.extend(left.iter().copied().filter(|&at| is_border(&thin, at, second)));
            gone.iter().for_each(|&at| thin.cells[at] = false);
            left.retain(|&at| thin.cells[at]);
        }
        if left.len() == before {
            break;
        }
    }
    thin
}

/// Whether a pixel can be taken away in the first or second half of a round.
fn is_border(thin: &Grid, at: usize, second: bool) -> bool {
    let [up, up_right, right, down_right, down, down_left, left, up_left] =
        thin.around(at).map(|other| thin.cells[other]);
    let corners =
        [(up, up_right, right), (right, down_right, down), (down, down_left, left), (left, up_left, up)];
    let parts = corners.into_iter().filter(|&(edge, corner, next)| !edge && (corner || next)).count();
    let count = |pairs: [bool; 4]| pairs.into_iter().filter(|&set| set).count();
    let around = count([up_left || up, up_right || right, down_right || down, down_left || left])
        .min(count([up || up_right, right || down_right, down || down_left, left || up_left]));
    let kept = if second {
        (up || up_right || !down_right) && right
    } else {
        (down || down_left || !up_left) && left
    };
    parts == 1 && (2..=3).contains(&around) && !kept
}

/// How often the neighbours change from no to yes, once around.
pub(super) fn changes(around: &[bool; 8]) -> usize {
    (0..8).filter(|&i| !around[i] && around[(i + 1) % 8]).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    #[test]
    fn a_thick_line_becomes_thin_and_keeps_its_length() {
        let size = Size { width: 20, height: 9 };
        let thick = Grid::new(size, |at| (3..6).contains(&(at / 20)) && (2..18).contains(&(at % 20)));
        let thin: Vec<_> = skeleton(&thick).set().map(|at| thick.place(at)).collect();
        assert!(thin.iter().all(|&[_, y]| y == 4), "{thin:?}");
        assert!(thin.len() >= 13 && thin.len() <= 16, "{thin:?}");
    }

    #[test]
    fn a_slanted_line_keeps_its_ends() {
        let size = Size { width: 30, height: 30 };
        let slanted =
            Grid::new(size, |at| (3..27).contains(&(at / 30)) && [29, 30].contains(&(at % 30 + at / 30)));
        let rows: Vec<_> = skeleton(&slanted).set().map(|at| slanted.place(at)[1]).collect();
        assert!(rows.contains(&4) && rows.contains(&25), "{rows:?}");
    }

    #[test]
    fn a_ring_stays_closed() {
        let size = Size { width: 24, height: 24 };
        let far = |at: usize| ((at % 24) as f64 - 12.0).hypot((at / 24) as f64 - 12.0);
        let ring = Grid::new(size, |at| (7.0..10.0).contains(&far(at)));
        let thin = skeleton(&ring);
        let ends = thin.set().filter(|&at| thin.around(at).iter().filter(|&&o| thin.cells[o]).count() < 2);
        assert_eq!(ends.count(), 0);
    }
}
