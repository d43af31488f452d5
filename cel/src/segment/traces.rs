//! Merges colour traces into the segments beside them.

use super::runs::{Connected, Run};
use crate::Labels;

/// Gives every component of trace pixels the label it touches most, or a new one where it touches none.
///
/// Components come by colour, then in raster order; each sees what those before it were given.
pub(super) fn merge(traces: Connected, labels: &mut Labels) {
    let mut tally = Tally { counts: vec![0; labels.count as usize + 1], seen: Vec::new() };
    let width = labels.size.width as usize;
    let mut spans = Vec::new();
    let runs = by_component(traces);
    for component in runs.chunk_by(|a, b| a.0 == b.0) {
        surround(component, labels, &mut spans);
        for &(row, start, end) in &spans {
            let row = row as usize * width;
            tally.add(&labels.labels[row + start as usize..row + end as usize]);
        }
        let label = tally.take_most_frequent().unwrap_or_else(|| {
            labels.count += 1;
            tally.counts.push(0);
            labels.count
        });
        for (_, run) in component {
            labels.labels[run.range(width)].fill(label);
        }
    }
}

/// The runs with the order of their component (colour, then first run), sorted by it and in raster order
/// within.
fn by_component(mut traces: Connected) -> Vec<((u32, u32), Run)> {
    let mut runs: Vec<_> = (0..traces.runs.len())
        .map(|index| {
            let root = traces.root(index as u32);
            ((traces.runs[index].key, root), traces.runs[index])
        })
        .collect();
    runs.sort_by_key(|&(component, _)| component);
    runs
}

/// The pixels at most one step away from a component, as spans (row, start, end) without overlap.
fn surround(component: &[((u32, u32), Run)], labels: &Labels, spans: &mut Vec<(u32, u32, u32)>) {
    let last = labels.size.height - 1;
    spans.clear();
    for (_, run) in component {
        let (start, end) = (run.start.saturating_sub(1), (run.end + 1).min(labels.size.width));
        spans.extend((run.row.saturating_sub(1)..=(run.row + 1).min(last)).map(|row| (row, start, end)));
    }
    if component.len() > 1 {
        spans.sort_unstable();
        spans.dedup_by(|next, span| {
            let overlap = next.0 == span.0 && next.1 <= span.2;
            if overlap {
                span.2 = span.2.max(next.2);
            }
            overlap
        });
    }
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
