//! What will happen, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A worker, by its place in the farm, in one of its lives. What was to happen to it before it died does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Whose {
    pub worker: usize,
    pub life: u32,
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// All that a claimed job needs is there.
    Fetched(Whose),
    /// A drawing is painted.
    Drawn(Whose),
    /// A job is committed.
    Committed(Whose),
    /// A worker dies.
    Died(Whose),
    /// Another one takes its place.
    Born(Whose),
    /// All workers send their heartbeats.
    Beat,
    /// The scheduler looks for leases that have expired.
    Reap,
}

/// What will happen, in order; what happens at one time, in the order in which it was decided.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    decided: u64,
}

impl Agenda {
    /// Something happens at a time, in microseconds.
    pub fn add(&mut self, at_us: u64, event: Event) {
        self.decided += 1;
        self.events.push(Reverse((at_us, self.decided, event)));
    }

    /// What happens next, and when.
    pub fn next(&mut self) -> Option<(u64, Event)> {
        self.events.pop().map(|Reverse((at_us, _, event))| (at_us, event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_at_one_time_keeps_its_order() {
        let mut agenda = Agenda::default();
        for (at_us, event) in [(5, Event::Reap), (2, Event::Reap), (2, Event::Beat)] {
            agenda.add(at_us, event);
        }
        let order: Vec<_> = std::iter::from_fn(|| agenda.next()).collect();
        assert_eq!(order, [(2, Event::Reap), (2, Event::Beat), (5, Event::Reap)]);
    }
}
