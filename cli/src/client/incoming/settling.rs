//! Whether a cut has arrived: nothing has changed for a while. Pure.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::Digest;

/// Cuts, as they were last seen, and since when.
#[derive(Debug)]
pub struct Settling {
    pause: Duration,
    seen: BTreeMap<String, (Digest, Instant)>,
}

impl Settling {
    /// A cut has arrived when it has not changed for so long.
    pub const fn new(pause: Duration) -> Self {
        Self { pause, seen: BTreeMap::new() }
    }

    /// Takes a look at a cut; whether it has been like this for long enough.
    pub fn is_settled(&mut self, cut: &str, listing: &Digest, now: Instant) -> bool {
        match self.seen.get(cut) {
            Some((seen, since)) if seen == listing => now.duration_since(*since) >= self.pause,
            _ => {
                self.seen.insert(cut.to_owned(), (listing.clone(), now));
                false
            }
        }
    }

    /// Lets a cut settle once more.
    pub fn again(&mut self, cut: &str) {
        self.seen.remove(cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_has_arrived_when_nothing_changes() {
        let (began, seconds) = (Instant::now(), Duration::from_secs);
        let (half, whole) = (Digest::of(b"half"), Digest::of(b"whole"));
        let mut settling = Settling::new(seconds(10));
        let mut look = |cut: &str, listing: &Digest, after: u64| {
            settling.is_settled(cut, listing, began + seconds(after))
        };
        assert!(!look("c1", &half, 0) && !look("c1", &half, 9));
        assert!(!look("c1", &whole, 10), "it has changed a moment ago");
        assert!(!look("c2", &half, 12), "each cut has its own time");
        assert!(!look("c1", &whole, 19) && look("c1", &whole, 20) && look("c2", &half, 22));
        settling.again("c1");
        assert!(!settling.is_settled("c1", &whole, began + seconds(23)));
    }
}
