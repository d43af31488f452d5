//! Where the surroundings of a place are drawn in another drawing.

use super::distance::distances;
use crate::Size;

/// Pixels between the cells that are compared, for each so many pixels of a drawing's longer side.
const STEP: u32 = 960;
/// Distance from line, in cells, beyond which all is alike.
const FAR: f64 = 8.0;
/// Parts of a cell that are told apart.
const PARTS: f64 = 16.0;
/// Cells to each side that must look alike.
const PATCH: i32 = 16;
/// Cells to each side that something may have moved from one drawing to the other.
const MOVED: i32 = 64;
/// Cells between the places that are looked at first, and rows between those that are compared there.
const COARSE: i32 = 4;
const ROWS: usize = 2;
/// How many of these places are looked at closely.
const CLOSELY: usize = 12;
/// Places count down to how much worse than the best, in cells of mean difference: each by e less for a third of it.
const SPREAD: f64 = 0.3;

/// How near every part of a drawing is to line.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    /// Pixels between cells.
    step: i32,
    /// Columns and rows.
    cells: [i32; 2],
    near: Vec<u8>,
}

/// A place of another drawing that looks like one of this.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placement {
    /// How far it lies to the right and down, in pixels.
    pub by: [i32; 2],
    /// Mean difference of the distances to line around it, in cells.
    pub unlike: f64,
}

impl Surroundings {
    /// Of a drawing by a label for each pixel, 0 for line.
    pub fn new(labels: &[u32], size: Size) -> Self {
        let step = (f64::from(size.width.max(size.height)) / f64::from(STEP)).round().max(1.0) as i32;
        let cells = [size.width, size.height].map(|pixels| (pixels as i32 + step - 1) / step);
        let far = FAR * f64::from(step);
        let scale = PARTS / f64::from(step);
        let all: Vec<u8> =
            distances(labels, size).map(|distance| (distance.min(far) * scale) as u8).collect();
        let rows = all.chunks(size.width as usize).step_by(step as usize);
        let near = rows.flat_map(|row| row.iter().step_by(step as usize).copied()).collect();
        Self { step, cells, near }
    }

    /// Pixels between cells.
    pub const fn step(&self) -> i32 {
        self.step
    }

    /// The places of another drawing that look most like what is around a pixel, the best one first.
    pub fn placements(&self, at: [i32; 2], other: &Self) -> Vec<Placement> {
        let centre = at.map(|place| place / self.step);
        let (own, theirs) = (self.patch(centre, PATCH), other.patch(centre, PATCH + MOVED));
        let unlike = |by, rows| Placement { by, unlike: difference(&own, &theirs, by, rows) };
        let steps = || (-MOVED..=MOVED).step_by(COARSE as usize);
        let coarse = steps().flat_map(|y| steps().map(move |x| [x, y]));
        let mut coarse: Vec<Placement> = coarse.map(|by| unlike(by, ROWS)).collect();
        coarse.sort_by(|a, b| a.unlike.total_cmp(&b.unlike));
        let mut close: Vec<[i32; 2]> =
            coarse.iter().take(CLOSELY).flat_map(|place| around(place.by)).collect();
        close.sort_unstable();
        close.dedup();
        let mut close: Vec<Placement> = close.into_iter().map(|by| unlike(by, 1)).collect();
        close.sort_by(|a, b| a.unlike.total_cmp(&b.unlike));
        let least = close.first().map_or(0.0, |best| best.unlike);
        close.retain(|place| place.unlike < least + SPREAD);
        close.iter_mut().for_each(|place| place.by = place.by.map(|cells| cells * self.step));
        close
    }

    /// The cells up to so many around one. What lies outside is far from line.
    fn patch(&self, [x, y]: [i32; 2], reach: i32) -> Vec<u8> {
        let [columns, rows] = self.cells;
        let cell = |x: i32, y: i32| {
            let inside = (0..columns).contains(&x) && (0..rows).contains(&y);
            if inside { self.near[(y * columns + x) as usize] } else { (FAR * PARTS) as u8 }
        };
        (y - reach..=y + reach).flat_map(|y| (x - reach..=x + reach).map(move |x| cell(x, y))).collect()
    }
}

impl Placement {
    /// How much it counts beside the best one.
    pub fn weight(&self, best: &Self) -> f64 {
        (-(self.unlike - best.unlike) * 3.0 / SPREAD).exp()
    }
}

/// What lies nearer to a coarse place than to the next ones, as far as something may have moved there.
fn around([x, y]: [i32; 2]) -> impl Iterator<Item = [i32; 2]> {
    let near = |place: i32| place - COARSE / 2..=place + COARSE / 2;
    let places = near(y).flat_map(move |y| near(x).map(move |x| [x, y]));
    places.filter(|place| place.iter().all(|by| by.abs() <= MOVED))
}

/// Mean difference of a patch and the part of a wider one that is moved so far, by one row out of so many.
fn difference(own: &[u8], theirs: &[u8], [right, down]: [i32; 2], rows: usize) -> f64 {
    const SIDE: usize = 2 * PATCH as usize + 1;
    const WIDE: usize = 2 * (PATCH + MOVED) as usize + 1;
    let moved = theirs.chunks_exact(WIDE).skip((down + MOVED) as usize);
    let first = (right + MOVED) as usize;
    let row = |(own, theirs): (&[u8], &[u8])| {
        own.iter().zip(&theirs[first..]).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>()
    };
    let sum: u32 = own.chunks_exact(SIDE).zip(moved).step_by(rows).map(row).sum();
    f64::from(sum) / PARTS / (SIDE * SIDE.div_ceil(rows)) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A cross and a circle beside it, moved so far.
    fn drawing(size: Size, [right, down]: [i32; 2]) -> Surroundings {
        let step = if size.width > 1440 { 2 } else { 1 };
        let is_line = |x: i32, y: i32| {
            let (x, y) = ((x - right) / step - 100, (y - down) / step - 100);
            let circle = f64::from(x - 18).hypot(f64::from(y - 6)).round();
            (x.abs() <= 20 && y == 0) || (x == 0 && y.abs() <= 20) || circle == 9.0
        };
        let places = (0..size.height as i32).flat_map(|y| (0..size.width as i32).map(move |x| (x, y)));
        let labels: Vec<u32> = places.map(|(x, y)| u32::from(!is_line(x, y))).collect();
        Surroundings::new(&labels, size)
    }

    #[test]
    fn what_has_moved_is_found() {
        for (width, moved) in [(220, [13, -21]), (220, [0, 0]), (1920, [38, -60])] {
            let size = Size { width, height: 480 };
            let at = if width == 220 { [104, 102] } else { [208, 204] };
            let found = drawing(size, [0, 0]).placements(at, &drawing(size, moved));
            assert_eq!(found[0].by, moved);
            assert!(found[0].unlike < 0.1, "{:?}", found[0]);
        }
    }

    #[test]
    fn what_is_not_there_looks_unlike() {
        let size = Size { width: 220, height: 220 };
        let nothing = Surroundings::new(&vec![1; size.pixels()], size);
        let found = drawing(size, [0, 0]).placements([104, 102], &nothing);
        assert!(found[0].unlike > 1.5, "{:?}", found[0]);
    }

    proptest! {
        #[test]
        fn any_place_of_any_sizes_has_one(
            (width, height) in (1_u32..40, 1_u32..40), (other_width, other_height) in (1_u32..40, 1_u32..40),
            (x, y) in (0_i32..40, 0_i32..40), dots in proptest::collection::vec(0_usize..1600, 0..20),
        ) {
            let of = |width, height| {
                let mut labels = vec![1; (width * height) as usize];
                for &dot in &dots {
                    if let Some(label) = labels.get_mut(dot) {
                        *label = 0;
                    }
                }
                Surroundings::new(&labels, Size { width, height })
            };
            let found = of(width, height).placements([x, y], &of(other_width, other_height));
            prop_assert!(!found.is_empty());
            prop_assert!(found.is_sorted_by(|a, b| a.unlike <= b.unlike));
        }
    }
}
