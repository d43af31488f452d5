//! Failures that come again are told once.

use std::collections::BTreeSet;

/// Causes remembered, at most.
const KEPT: usize = 100;

/// What has been told of since it last went well.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    told: BTreeSet<String>,
}

impl Trouble {
    /// Whether a cause is new, so that it should be told.
    pub fn is_new(&mut self, cause: &dyn std::fmt::Display) -> bool {
        if self.told.len() >= KEPT {
            self.told.clear();
        }
        self.told.insert(cause.to_string())
    }

    /// Whether it went wrong last.
    pub fn is_told(&self) -> bool {
        !self.told.is_empty()
    }

    /// Forgets the causes, as it went well. Gives whether there were any.
    pub fn is_over(&mut self) -> bool {
        !std::mem::take(&mut self.told).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once_until_it_is_over() {
        let mut trouble = Trouble::default();
        let told: Vec<bool> = ["a", "b", "a"].iter().map(|cause| trouble.is_new(cause)).collect();
        assert_eq!(told, [true, true, false]);
        assert!(trouble.is_told() && trouble.is_over());
        assert!(!trouble.is_told() && !trouble.is_over());
        assert!(trouble.is_new(&"a"));
    }
}
