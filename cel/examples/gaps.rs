//! How well gaps are closed: cuts the lines of a data set at random and counts which segments come back.
//!
//!     cargo run --release -p cel --example gaps -- FOLDER [MOST] [ROUNDS]
//!
//! FOLDER is searched for `line/*.png`; MOST is what `--close-gaps` would be, 6 by default; every drawing is cut ROUNDS times, by
//! default once, each time elsewhere.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use cel::gaps::segment_closed;
use cel::{AlphaRule, Drawing, Labels, Rgba, segment};

const RULE: AlphaRule = AlphaRule::Composite;
/// Largest cut in pixels.
const LARGEST: u64 = 6;
/// Segments smaller than this are not counted: they may lie within a cut.
const SMALLEST: u32 = 30;

/// What became of segments.
#[derive(Default)]
struct Sum {
    cut: u32,
    /// Those that leaked, and how many came back: by a cut within a line, and by one where lines meet.
    leaked: [[u32; 2]; 2],
    /// Those that did not leak, and how many were split.
    closed: [u32; 2],
    /// The same of drawings as they are.
    untouched: [u32; 2],
}

fn main() {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else {
        eprintln!("usage: gaps FOLDER [MOST] [ROUNDS]");
        std::process::exit(2);
    };
    let [most, rounds] =
        [6, 1].map(|default| args.next().and_then(|arg| arg.parse().ok()).unwrap_or(default));
    let mut sum = Sum::default();
    let mut random = Random(1);
    for path in drawings(Path::new(&folder)) {
        match cel::codec::read(&path) {
            Ok(drawing) => sum.add(&drawing, most, rounds, &mut random),
            Err(error) => eprintln!("{error}"),
        }
    }
    let row = |what: &str, [all, some]: [u32; 2]| {
        println!("| {what} | {all} | {:.1} % |", 100.0 * f64::from(some) / f64::from(all.max(1)));
    };
    println!("{} drawings with a cut\n\n| segments | number | share |\n| --- | --- | --- |", sum.cut);
    row("that leaked by a cut within a line: come back", sum.leaked[0]);
    row("that leaked by a cut where lines meet: come back", sum.leaked[1]);
    row("that did not leak: split", sum.closed);
    row("of drawings without a cut: split", sum.untouched);
}

impl Sum {
    fn add(&mut self, drawing: &Drawing, most: u32, rounds: u32, random: &mut Random) {
        let truth = segment(drawing, RULE);
        let untouched = whole(&truth, &segment_closed(drawing, RULE, most));
        large(&truth).for_each(|i| count(&mut self.untouched, !untouched[i]));
        for _ in 0..rounds {
            self.add_cut(drawing, &truth, most, random);
        }
    }

    fn add_cut(&mut self, drawing: &Drawing, truth: &Labels, most: u32, random: &mut Random) {
        let mut cut = drawing.clone();
        let Some(meeting) = erase(&mut cut, truth, random) else { return };
        let [leaking, closed] =
            [segment(&cut, RULE), segment_closed(&cut, RULE, most)].map(|labels| whole(truth, &labels));
        self.cut += 1;
        for i in large(truth) {
            if leaking[i] {
                count(&mut self.closed, !closed[i]);
            } else {
                count(&mut self.leaked[usize::from(meeting)], closed[i]);
            }
        }
    }
}

/// The segments that are counted, by their place among all.
fn large(truth: &Labels) -> impl Iterator<Item = usize> {
    truth.areas().into_iter().enumerate().filter(|&(_, area)| area >= SMALLEST).map(|(i, _)| i)
}

fn count([all, some]: &mut [u32; 2], is: bool) {
    *all += 1;
    *some += u32::from(is);
}

/// For each label whether it is one segment of the other labels, too: all but a tenth of it, and little else.
fn whole(truth: &Labels, other: &Labels) -> Vec<bool> {
    let mut shared = HashMap::new();
    for pair in truth.labels.iter().zip(&other.labels) {
        *shared.entry(pair).or_insert(0_u32) += 1;
    }
    let (areas, others) = (truth.areas(), other.areas());
    let mut most = vec![(0, 0); areas.len()];
    for ((&own, &found), count) in shared {
        if own != 0 && found != 0 {
            most[own as usize - 1] = most[own as usize - 1].max((count, found));
        }
    }
    let is_whole = |(&area, &(count, found)): (&u32, &(u32, u32))| {
        count > 0 && count * 10 >= area * 9 && others[found as usize - 1] * 9 <= area * 10 + 90 * 9
    };
    areas.iter().zip(&most).map(is_whole).collect()
}

/// Takes away a piece of a black line between two segments; whether other lines are near it.
fn erase(drawing: &mut Drawing, truth: &Labels, random: &mut Random) -> Option<bool> {
    let (width, height) = (drawing.size.width as i32, drawing.size.height as i32);
    let nothing = if drawing.has_alpha { Rgba::EMPTY } else { Rgba::WHITE };
    for _ in 0..100_000 {
        let at = random.below(truth.labels.len() as u64) as i32;
        let (x, y) = (at % width, at / width);
        let near = |reach: i32| {
            let square =
                (-reach..=reach).flat_map(|down| (-reach..=reach).map(move |right| (x + right, y + down)));
            let inside = square.filter(|(x, y)| (0..width).contains(x) && (0..height).contains(y));
            let labels: BTreeSet<u32> = inside.map(|(x, y)| truth.labels[(y * width + x) as usize]).collect();
            labels.iter().filter(|&&label| label != 0).count()
        };
        if truth.labels[at as usize] != 0 || near(2) != 2 {
            continue;
        }
        let size = 1 + random.below(LARGEST) as i32;
        for (down, right) in (0..size).flat_map(|down| (0..size).map(move |right| (down, right))) {
            let (x, y) = (x - size / 2 + right, y - size / 2 + down);
            if (0..width).contains(&x) && (0..height).contains(&y) {
                drawing.pixels[(y * width + x) as usize] = nothing;
            }
        }
        return Some(near(size + 2) > 2);
    }
    None
}

/// A generator of numbers, the same for the same start (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn drawings(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let is_line = folder.file_name().is_some_and(|name| name == "line");
    let found = paths.into_iter().flat_map(|path| match path.is_dir() {
        true => drawings(&path),
        false if is_line && path.extension().is_some_and(|extension| extension == "png") => vec![path],
        false => Vec::new(),
    });
    found.collect()
}
