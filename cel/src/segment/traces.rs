//! Merges colour traces into the segments beside them.

use super::runs::{Connected, Run};
use crate::{Labels, Size};

/// Gives every component of trace pixels the label it touches most, or a new one where it touches none.
///
/// Components come by colour, then in raster order; each sees what those before it were given.
pub(super) fn merge(mut traces: Connected, labels: &mut Labels) {
    let mut tally = Tally { counts: vec![0; labels.count as usize + 1], seen: Vec::new() };
    let width = labels.size.width as usize;
    let mut spans = Vec::new();
    for component in by_component(&mut traces).chunk_by(|a, b| (a.colour, a.root) == (b.colour, b.root)) {
        let runs = component.iter().map(|member| traces.runs[member.run as usize]);
        surround(runs.clone(), labels.size, &mut spans);
        for &(row, start, end) in &spans {
            let row = row as usize * width;
            tally.add(&labels.labels[row + start as usize..row + end as usize]);
        }
        let label = tally.take_most_frequent().unwrap_or_else(|| {
            labels.count += 1;
            tally.counts.push(0);
            labels.count
        });
        for run in runs {
            labels.labels[run.range(width)].fill(label);
        }
    }
}

/// A run and the component it belongs to; their order is that in which they are merged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    colour: u32,
    root: u32,
    run: u32,
}

fn by_component(traces: &mut Connected) -> Vec<Member> {
    let count = traces.runs.len() as u32;
    let member = |run| Member { colour: traces.runs[run as usize].key, root: traces.root(run), run };
    let mut members: Vec<_> = (0..count).map(member).collect();
    members.sort_unstable();
    members
}

/// The pixels at most one step away from a component, as spans (row, start, end) without overlap.
fn surround(runs: impl ExactSizeIterator<Item = Run>, size: Size, spans: &mut Vec<(u32, u32, u32)>) {
    let is_single = runs.len() == 1;
    spans.clear();
    for run in runs {
        let (start, end) = (run.start.saturating_sub(1), (run.end + 1).min(size.width));
        let rows = run.row.saturating_sub(1)..=(run.row + 1).min(size.height - 1);
        spans.extend(rows.map(|row| (row, start, end)));
    }
    if is_single {
        return;
    }
    spans.sort_unstable();
    spans.dedup_by(|next, span| {
        let overlaps = next.0 == span.0 && next.1 <= span.2;
        if overlaps {
            span.2 = span.2.max(next.2);
        }
        overlaps
    });
}

/// Counts labels, and forgets them at a cost that depends on what was counted alone.
struct Tally {
    /// Pixels counted of each label.
    counts: Vec<u32>,
    /// Labels with a count.
    seen: Vec<u32>,
}

impl Tally {
    fn add(&mut self, labels: &[u32]) {
        for &label in labels.iter().filter(|&&label| label != 0) {
            let count = &mut self.counts[label as usize];
            if *count == 0 {
                self.seen.push(label);
            }
            *count += 1;
        }
    }

    /// The most frequent label, the lowest on a tie; all counts are 0 afterwards.
    fn take_most_frequent(&mut self) -> Option<u32> {
        let best = self
            .seen
            .iter()
            .copied()
            .max_by_key(|&label| (self.counts[label as usize], std::cmp::Reverse(label)));
        for label in self.seen.drain(..) {
            self.counts[label as usize] = 0;
        }
        best
    }
}
