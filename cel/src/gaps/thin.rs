//! Lines one pixel wide: the thinning of Zhang and Suen (1984).

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
    let around = thin.around(at).map(|other| thin.cells[other]);
    let count = around.iter().filter(|&&set| set).count();
    let [up, _, right, _, down, _, left, _] = around;
    let open = if second { !(up && left && (right || down)) } else { !(right && down && (up || left)) };
    (2..=6).contains(&count) && changes(&around) == 1 && open
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
    fn a_ring_stays_closed() {
        let size = Size { width: 24, height: 24 };
        let far = |at: usize| ((at % 24) as f64 - 12.0).hypot((at / 24) as f64 - 12.0);
        let ring = Grid::new(size, |at| (7.0..10.0).contains(&far(at)));
        let thin = skeleton(&ring);
        let ends = thin.set().filter(|&at| thin.around(at).iter().filter(|&&o| thin.cells[o]).count() < 2);
        assert_eq!(ends.count(), 0);
    }
}
