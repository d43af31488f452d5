//! What was used last stays, within a budget of bytes.

use std::collections::{BTreeMap, HashMap};

use common::Digest;

/// Values by digest, at most so many bytes of them; the one not used for longest goes first.
#[derive(Debug)]
pub(crate) struct Lru<V> {
    budget: u64,
    bytes: u64,
    entries: HashMap<Digest, Entry<V>>,
    /// Keys by the time of their last use.
    order: BTreeMap<u64, Digest>,
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: u64,
    used: u64,
}

impl<V> Lru<V> {
    /// An empty one.
    pub fn new(budget: u64) -> Self {
        Self { budget, bytes: 0, entries: HashMap::new(), order: BTreeMap::new(), clock: 0 }
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The value of a key, which counts as used now.
    pub fn get(&mut self, key: &Digest) -> Option<&V> {
        let entry = self.entries.get_mut(key)?;
        self.order.remove(&entry.used);
        self.clock += 1;
        entry.used = self.clock;
        self.order.insert(self.clock, key.clone());
        Some(&entry.value)
    }

    /// Adds a value, in place of one with this key; gives back what has to go for it. A value larger than the budget goes
    /// at once.
    pub fn put(&mut self, key: Digest, value: V, bytes: u64) -> Vec<(Digest, V)> {
        self.remove(&key);
        self.clock += 1;
        self.bytes += bytes;
        self.order.insert(self.clock, key.clone());
        self.entries.insert(key, Entry { value, bytes, used: self.clock });
        let mut gone = Vec::new();
        while self.bytes > self.budget {
            let Some(oldest) = self.order.values().next().cloned() else { break };
            gone.extend(self.remove(&oldest).map(|value| (oldest, value)));
        }
        gone
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &Digest) -> Option<V> {
        let entry = self.entries.remove(key)?;
        self.order.remove(&entry.used);
        self.bytes -= entry.bytes;
        Some(entry.value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(n: u8) -> Digest {
        Digest::of(&[n])
    }

    #[test]
    fn what_was_not_used_for_longest_goes() {
        let mut lru = Lru::new(10);
        assert!(lru.put(key(1), 1, 4).is_empty() && lru.put(key(2), 2, 4).is_empty());
        assert_eq!(lru.get(&key(1)), Some(&1));
        assert_eq!(lru.put(key(3), 3, 4), [(key(2), 2)]);
        assert_eq!(lru.put(key(4), 4, 11), [(key(1), 1), (key(3), 3), (key(4), 4)]);
        assert_eq!(lru.bytes(), 0);
    }

    proptest! {
        #[test]
        fn the_budget_holds(steps in prop::collection::vec((0_u8..12, 0_u64..30, any::<bool>()), 0..60)) {
            let mut lru = Lru::new(50);
            let mut sizes = HashMap::new();
            for (n, bytes, reads) in steps {
                if reads {
                    prop_assert_eq!(lru.get(&key(n)).is_some(), sizes.contains_key(&key(n)));
                } else {
                    sizes.insert(key(n), bytes);
                    for (gone, _) in lru.put(key(n), (), bytes) {
                        sizes.remove(&gone);
                    }
                }
                prop_assert_eq!(lru.bytes(), sizes.values().sum::<u64>());
                prop_assert!(lru.bytes() <= 50);
            }
        }
    }
}
