//! How well gaps are closed: cuts the lines of a data set at random and counts which segments come back.
//!
//!     cargo run --release -p cel --example gaps -- FOLDER [MOST] [ROUNDS]
//!
//! FOLDER is searched for `line/*.png`; MOST is what `--close-gaps` would be, 6 by default; every drawing is cut ROUNDS times, by
//! default once, each time elsewhere. Counted three times: by the drawing alone; knowing the first drawing of its clip, painted as
//! in `gt/`; and knowing the line drawing before it, too. Clips are those of the data set: 20 drawings each. Their first drawings
//! and design sheets (`ref/`) are given painted, and not counted.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use cel::gaps::{Precedent, gaps, segment_with};
use cel::{AlphaRule, Drawing, Labels, Rgba, segment};

const RULE: AlphaRule = AlphaRule::Composite;
/// Largest cut in pixels.
const LARGEST: u64 = 6;
/// Segments smaller than this are not counted: they may lie within a cut.
const SMALLEST: u32 = 30;
/// Drawings of a clip.
const CLIP: usize = 20;

/// What became of segments.
#[derive(Default)]
struct Sum {
    /// Those that leaked, and how many came back: by a cut within a line, and by one where lines meet.
    leaked: [[u32; 2]; 2],
    /// Those that did not leak, and how many were split.
    closed: [u32; 2],
    /// The same of drawings as they are.
    untouched: [u32; 2],
}

/// A drawing with a cut line.
struct Cut {
    drawing: Drawing,
    /// Whether other lines are near.
    meeting: bool,
    /// For each segment of the truth whether it did not leak.
    left: Vec<bool>,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else {
        eprintln!("usage: gaps FOLDER [MOST] [ROUNDS]");
        std::process::exit(2);
    };
    let [most, rounds] =
        [6, 1].map(|default| args.next().and_then(|arg| arg.parse().ok()).unwrap_or(default));
    let mut sums = [Sum::default(), Sum::default(), Sum::default()];
    let mut random = Random(1);
    for clip in drawings(Path::new(&folder))
        .chunk_by(|a, b| a.parent() == b.parent())
        .flat_map(|all| all.chunks(CLIP))
    {
        if let Err(error) = add(clip, [most, rounds], &mut sums, &mut random) {
            eprintln!("{error}");
        }
    }
    println!(
        "| segments | number | alone | first drawing known | and the one before |\n| --- | --- | --- | --- | --- |"
    );
    row("that leaked by a cut within a line: come back", sums.each_ref().map(|sum| sum.leaked[0]));
    row("that leaked by a cut where lines meet: come back", sums.each_ref().map(|sum| sum.leaked[1]));
    let both = |sum: &Sum| [0, 1].map(|i| sum.leaked[0][i] + sum.leaked[1][i]);
    row("that leaked: come back", sums.each_ref().map(both));
    row("that did not leak: split", sums.each_ref().map(|sum| sum.closed));
    row("of drawings without a cut: split", sums.each_ref().map(|sum| sum.untouched));
}

fn row(what: &str, sums: [[u32; 2]; 3]) {
    let shares = sums.map(|[all, some]| format!("{:.1} %", 100.0 * f64::from(some) / f64::from(all.max(1))));
    println!("| {what} | {} | {} |", sums[0][0], shares.join(" | "));
}

/// Counts the drawings of a clip.
fn add(
    clip: &[PathBuf],
    [most, rounds]: [u32; 2],
    sums: &mut [Sum; 3],
    random: &mut Random,
) -> Result<(), cel::codec::ReadError> {
    let Some((first, others)) = clip.split_first() else { return Ok(()) };
    let first_line = cel::codec::read(first)?;
    let painted = first.with_file_name("").join("../gt").join(first.file_name().unwrap_or_default());
    let anchor = Precedent::painted(&first_line, &cel::codec::read(&painted)?, RULE);
    let mut before = anchor.clone();
    for path in others {
        let drawing = cel::codec::read(path)?;
        let precedents = [&anchor, &before];
        let truth = segment(&drawing, RULE);
        let cuts: Vec<Cut> = (0..rounds).filter_map(|_| cut(&drawing, &truth, random)).collect();
        for (known, sum) in sums.iter_mut().enumerate() {
            let precedents = &precedents[..known];
            let closed = |line| whole(&truth, &segment_with(line, RULE, &gaps(line, RULE, most, precedents)));
            sum.add(&truth, &closed(&drawing), None);
            cuts.iter().for_each(|cut| sum.add(&truth, &closed(&cut.drawing), Some(cut)));
        }
        let known = gaps(&drawing, RULE, most, &[&anchor]);
        before = Precedent::new(&drawing, RULE, &known);
    }
    Ok(())
}

impl Sum {
    fn add(&mut self, truth: &Labels, closed: &[bool], cut: Option<&Cut>) {
        for i in large(truth) {
            match cut {
                None => count(&mut self.untouched, !closed[i]),
                Some(cut) if cut.left[i] => count(&mut self.closed, !closed[i]),
                Some(cut) => count(&mut self.leaked[usize::from(cut.meeting)], closed[i]),
            }
        }
    }
}

fn cut(drawing: &Drawing, truth: &Labels, random: &mut Random) -> Option<Cut> {
    let mut drawing = drawing.clone();
    let meeting = erase(&mut drawing, truth, random)?;
    let left = whole(truth, &segment(&drawing, RULE));
    Some(Cut { drawing, meeting, left })
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
    paths.retain(|path| !path.ends_with("ref"));
    paths.sort();
    let is_line = folder.file_name().is_some_and(|name| name == "line");
    let found = paths.into_iter().flat_map(|path| match path.is_dir() {
        true => drawings(&path),
        false if is_line && path.extension().is_some_and(|extension| extension == "png") => vec![path],
        false => Vec::new(),
    });
    found.collect()
}
