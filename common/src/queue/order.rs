//! The order in which jobs are claimed: self-clocked fair queueing over flows.
//!
//! A flow is the jobs of one show, one user and one priority in one pool. A job that becomes ready gets the tag
//! `max(virtual time of the pool, last tag of its flow) + cost / weight`, and the lowest tag goes first; the virtual
//! time is the highest tag claimed so far (S. J. Golestani, "A self-clocked fair queueing scheme for broadband
//! applications", 1994). Flows with work get shares in proportion to their weights, none starves, and one that was
//! idle has saved up nothing. Pools that are lanes of one order (see [`Pool::lane`]) share virtual time and flows, so the
//! tags of their jobs can be compared.

use serde::{Deserialize, Serialize};

use crate::ids::{JobKey, Pool};

/// How much of a pool a flow gets, against flows of other priorities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// A quarter of normal.
    Low,
    /// What most episodes have.
    #[default]
    Normal,
    /// Four times normal.
    High,
    /// Sixteen times normal.
    Urgent,
}

impl Priority {
    /// Every priority, the lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word for it on the command line and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Share of its flows: each priority has four times the one below.
    #[must_use]
    pub const fn weight(self) -> u64 {
        match self {
            Self::Low => 1,
            Self::Normal => 4,
            Self::High => 16,
            Self::Urgent => 64,
        }
    }
}

impl std::str::FromStr for Priority {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.name() == text)
            .ok_or_else(|| format!("priority {text:?}: expected low, normal, high or urgent"))
    }
}

impl std::fmt::Display for Priority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A short hash of the references a job is painted from, such as the sheets of a character: a worker that has painted
/// a job of the same affinity holds them. Two that collide cost a cold cache, nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Affinity(u32);

impl Affinity {
    /// The affinity of the references with this name or digest.
    #[must_use]
    pub fn of(references: &str) -> Self {
        let digest = crate::Digest::of(references.as_bytes());
        Self(digest.as_str().bytes().take(6).fold(0, |n, c| n << 4 | (c as char).to_digit(16).unwrap_or(0)))
    }
}

impl std::fmt::Display for Affinity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:06x}", self.0)
    }
}

/// A job's entry in the order of its pool. As text, entries sort by pool, then tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadyEntry {
    pub pool: Pool,
    pub tag: u64,
    pub affinity: Affinity,
    pub key: JobKey,
}

impl std::fmt::Display for ReadyEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}|{:013x}|{}|{}", self.pool, self.tag, self.affinity, self.key)
    }
}

impl std::str::FromStr for ReadyEntry {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut fields = text.splitn(4, '|');
        let mut next = || fields.next().ok_or(());
        Ok(Self {
            pool: next()?.parse().map_err(|_| ())?,
            tag: u64::from_str_radix(next()?, 16).map_err(|_| ())?,
            affinity: Affinity(u32::from_str_radix(next()?, 16).map_err(|_| ())?),
            key: next()?.parse().map_err(|_| ())?,
        })
    }
}

/// How far a job of this cost moves its flow.
pub(crate) fn step(cost_ms: u32, priority: Priority) -> u64 {
    (u64::from(cost_ms) / priority.weight()).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn affinity_is_six_digits_of_the_digest() {
        let digest = crate::Digest::of("sheet of Akiko".as_bytes());
        assert_eq!(Affinity::of("sheet of Akiko").to_string(), digest.as_str()[..6]);
    }

    proptest! {
        #[test]
        fn entries_sort_by_tag_as_text(a in 0_u64..1 << 52, b in 0_u64..1 << 52) {
            let entry = |tag| ReadyEntry {
                pool: "gpu".parse().unwrap(),
                tag,
                affinity: Affinity::default(),
                key: "e1.0".parse().unwrap(),
            };
            prop_assert_eq!(a.cmp(&b), entry(a).to_string().cmp(&entry(b).to_string()));
            prop_assert_eq!(entry(a).to_string().parse(), Ok(entry(a)));
        }
    }
}
