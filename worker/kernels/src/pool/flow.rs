//! The steps from a label image on a GPU to the plan of its pooling.

use candle_core::{Result, bail};

use super::Pooling;
use crate::gpu::{Call, Machine, Pointer, Source};

const BLOCK: u32 = 128;
/// Coarse cells that a thread works on.
const STRETCH: u32 = 8;
/// Pixels of an image: sums of their weights stay within 64 bits.
const MOST_PIXELS: usize = 1 << 28;
/// Entries of a plan: 16 bytes each while it is made, 8 afterwards.
const MOST_ENTRIES: u64 = 1 << 24;

/// The arrays of a plan, as those of `PoolPlan`, but that entries may have a weight of 0.
#[derive(Debug)]
pub(super) struct Arrays<W> {
    /// One more than segments.
    pub(super) offsets: W,
    /// Words of 32 bits, each a cell.
    pub(super) cells: W,
    /// Words of 32 bits, each an f32.
    pub(super) weights: W,
    /// For each segment, 1 if it has an entry, else 0.
    pub(super) occupied: Vec<f32>,
}

/// A label image, the map to be pooled over it, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Problem {
    segments: u32,
    width: u32,
    factors: (u32, u32),
    coarse: (u32, u32),
    grid: (u32, u32),
}

impl Problem {
    /// For labels of `size` (height, width) and maps of `grid` cells.
    pub(super) fn new(
        segments: usize,
        size: (usize, usize),
        grid: (usize, usize),
        pooling: Pooling,
    ) -> Result<Self> {
        let (height, width) = size;
        let (down, across) = pooling.factors(height, width);
        let small = |(height, width): (usize, usize), most: usize| {
            height.checked_mul(width).is_some_and(|count| (1..=most).contains(&count))
        };
        if !small(size, MOST_PIXELS)
            || !small(grid, MOST_PIXELS)
            || height / down > 65_535
            || segments > MOST_PIXELS
        {
            bail!(
                "segment pooling: {segments} segments of {width}x{height} pixels over {}x{} cells",
                grid.1,
                grid.0
            );
        }
        let narrow = |(a, b): (usize, usize)| (a as u32, b as u32);
        Ok(Self {
            segments: segments as u32,
            width: width as u32,
            factors: narrow((down, across)),
            coarse: narrow((height / down, width / across)),
            grid: narrow(grid),
        })
    }

    /// A call with threads for all coarse cells, `segments` and what follows not yet among its arguments.
    fn call(&self, kernel: &str) -> Call {
        let (rows, columns) = self.coarse;
        Call::new(Source::Plan, kernel, [columns.div_ceil(BLOCK * STRETCH), rows, 1], BLOCK)
    }

    fn numbers(&self, call: Call) -> Call {
        call.number(self.segments)
            .number(self.width)
            .number(self.factors.0)
            .number(self.factors.1)
            .number(self.coarse.0)
            .number(self.coarse.1)
            .number(self.grid.0)
            .number(self.grid.1)
    }
}

/// The plan for `labels`, a word for each pixel of the problem's image; none where its boxes have too many cells.
///
/// # Safety
/// `labels` points to as many words on the machine.
///
/// # Errors
/// When a label is above the number of segments, or the machine fails.
#[allow(unsafe_code)]
pub(super) unsafe fn arrays<M: Machine>(
    machine: &M,
    labels: Pointer,
    problem: Problem,
) -> Result<Option<Arrays<M::Words>>> {
    let wrong = machine.filled(1, 0)?;
    // SAFETY: passed on to the caller.
    let (counts, boxes) = unsafe { measure(machine, labels, &wrong, problem) }?;
    if machine.download(&wrong)? != [0] {
        bail!("segment pooling: a label is above the number of segments, {}", problem.segments);
    }
    let Some(offsets) = offsets(&boxes) else { return Ok(None) };
    let entries = offsets.last().map_or(0, |&end| end as usize);
    let (offsets, boxes) = (machine.upload(&offsets)?, machine.upload(boxes.as_flattened())?);
    // An array has at least one word, so that it has an address.
    let sums = machine.filled(2 * entries.max(1), 0)?;
    let (cells, weights) = (machine.filled(entries.max(1), 0)?, machine.filled(entries.max(1), 0)?);
    let mut scatter = problem.call("plan_scatter").pointer(labels);
    for words in [&wrong, &boxes, &offsets, &sums] {
        scatter = scatter.pointer(machine.pointer(words));
    }
    // SAFETY: the labels of the caller, which all are within the segments; every box has its entries.
    unsafe { machine.run(&problem.numbers(scatter)) }?;
    let on_machine = machine.upload(&counts)?;
    let mut finish = Call::new(Source::Plan, "plan_finish", [problem.segments, 1, 1], BLOCK);
    for words in [&sums, &on_machine, &boxes, &offsets, &cells, &weights] {
        finish = finish.pointer(machine.pointer(words));
    }
    // SAFETY: as above.
    unsafe { machine.run(&finish.number(problem.grid.1)) }?;
    let occupied = counts.iter().map(|&count| if count > 0 { 1.0 } else { 0.0 }).collect();
    Ok(Some(Arrays { offsets, cells, weights, occupied }))
}

/// Coarse cells and boxes of the segments.
///
/// # Safety
/// As for [`arrays`].
#[allow(unsafe_code)]
unsafe fn measure<M: Machine>(
    machine: &M,
    labels: Pointer,
    wrong: &M::Words,
    problem: Problem,
) -> Result<(Vec<u32>, Vec<[u32; 4]>)> {
    let segments = problem.segments as usize;
    let counts = machine.filled(segments, 0)?;
    // Nothing is both the lowest and the highest.
    let boxes = machine.upload(&[u32::MAX, 0, u32::MAX, 0].repeat(segments))?;
    let mut call = problem.call("plan_measure").pointer(labels);
    for words in [wrong, &counts, &boxes] {
        call = call.pointer(machine.pointer(words));
    }
    // SAFETY: the labels of the caller; room for every segment, and labels above are left out.
    unsafe { machine.run(&problem.numbers(call)) }?;
    let boxes = machine.download(&boxes)?;
    Ok((machine.download(&counts)?, boxes.as_chunks().0.to_vec()))
}

/// Where the entries of each box start, and where those of the last end; none if there are too many.
fn offsets(boxes: &[[u32; 4]]) -> Option<Vec<u32>> {
    let mut end = 0u64;
    let mut offsets = vec![0];
    for &[top, bottom, left, right] in boxes {
        if top <= bottom && left <= right {
            end += u64::from(bottom - top + 1) * u64::from(right - left + 1);
        }
        if end > MOST_ENTRIES {
            return None;
        }
        offsets.push(end as u32);
    }
    Some(offsets)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::gpu::emulate::{Emulator, read};
    use crate::{LabelImage, PoolPlan};

    type Rows = Vec<BTreeMap<u32, f32>>;

    /// The weights of each segment that are not 0, by cell.
    fn rows(offsets: &[u32], cells: &[u32], weights: &[f32]) -> Rows {
        let row = |pair: &[u32]| {
            let entries = pair[0] as usize..pair[1] as usize;
            let entries = cells[entries.clone()].iter().copied().zip(weights[entries].iter().copied());
            entries.filter(|(_, weight)| *weight != 0.0).collect()
        };
        offsets.windows(2).map(row).collect()
    }

    #[allow(unsafe_code)]
    fn emulated(image: &LabelImage<'_>, grid: (usize, usize), pooling: Pooling) -> Result<Option<Rows>> {
        let problem = Problem::new(image.segments, (image.height(), image.width), grid, pooling)?;
        // SAFETY: a label for each pixel.
        let arrays = unsafe { arrays(&Emulator, read(image.labels), problem) }?;
        let Some(Arrays { offsets, cells, weights, occupied }) = arrays else { return Ok(None) };
        assert_eq!(occupied, PoolPlan::new(image, grid, pooling)?.occupied());
        let weights: Vec<f32> = Emulator.download(&weights)?.into_iter().map(f32::from_bits).collect();
        Ok(Some(rows(&Emulator.download(&offsets)?, &Emulator.download(&cells)?, &weights)))
    }

    fn pooling() -> impl Strategy<Value = Pooling> {
        let pool = (1usize..12, 1usize..12).prop_map(|pool| Pooling::MaxPooled { pool });
        prop_oneof![Just(Pooling::FullSize), pool]
    }

    fn images() -> impl Strategy<Value = (Vec<u32>, usize, usize)> {
        (1usize..50, 1usize..30, 1usize..6, 1usize..7, any::<u64>()).prop_map(
            |(width, height, segments, block, seed)| {
                let label = |i: usize| {
                    let block = (i / width / block * 31 + i % width / block) as u64;
                    (((block ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) % (segments as u64 + 1))
                        as u32
                };
                ((0..width * height).map(label).collect(), width, segments)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn weights_are_those_of_the_cpu(
            (labels, width, segments) in images(), grid in (1usize..9, 1usize..9), pooling in pooling(),
        ) {
            let image = LabelImage { labels: &labels, width, segments };
            let plan = PoolPlan::new(&image, grid, pooling).unwrap();
            let expected = rows(plan.offsets(), plan.cells(), plan.weights());
            let found = emulated(&image, grid, pooling).unwrap().unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                for cell in found.keys().chain(expected.keys()) {
                    let weight = |row: &BTreeMap<u32, f32>| row.get(cell).copied().unwrap_or(0.0);
                    prop_assert!((weight(found) - weight(expected)).abs() < 1e-6, "{found:?}, {expected:?}");
                }
            }
        }
    }

    #[test]
    fn a_label_above_the_segments_is_an_error() {
        let image = LabelImage { labels: &[1, 3, 0, 2], width: 2, segments: 2 };
        let error = emulated(&image, (1, 1), Pooling::FullSize).unwrap_err().to_string();
        assert!(error.contains("above the number of segments, 2"), "{error}");
    }

    #[test]
    fn too_many_entries_are_left_to_the_cpu() {
        assert_eq!(
            offsets(&[[0, 1, 0, 2], [u32::MAX, 0, u32::MAX, 0], [5, 5, 5, 5]]),
            Some(vec![0, 6, 6, 7])
        );
        assert_eq!(offsets(&[[0, 4095, 0, 4095], [0, 0, 0, 0]]), None);
    }
}
