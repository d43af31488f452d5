//! Labels whose values people choose, such as names of shows.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// What all values have in common for which there is no room.
const OTHER: &str = "other";

/// The values of a label that people choose: the first so many that come, and `other`. Each value costs memory here and in
/// Prometheus for ever.
#[derive(Debug)]
pub struct Bounded {
    room: usize,
    seen: Mutex<BTreeSet<String>>,
}

impl Bounded {
    /// Room for so many values.
    #[must_use]
    pub const fn new(room: usize) -> Self {
        Self { room, seen: Mutex::new(BTreeSet::new()) }
    }

    /// The value to count under.
    #[must_use]
    pub fn of<'a>(&self, value: &'a str) -> &'a str {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.contains(value) {
            return value;
        }
        if seen.len() >= self.room {
            return OTHER;
        }
        seen.insert(value.to_owned());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_when_there_is_no_room_is_counted_together() {
        let shows = Bounded::new(2);
        assert_eq!(["a", "b", "c", "a", "d"].map(|show| shows.of(show)), ["a", "b", "other", "a", "other"]);
    }
}
