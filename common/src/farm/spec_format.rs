//! The version of manifests and of the specifications of jobs: what makes old and new processes of one farm get along.

use cel::PaintRules;
use serde::{Deserialize, Serialize};

use crate::ids::Pool;

/// The version of a manifest or a spec. A document has the lowest one that says all that is in it, so that processes of
/// an earlier version go on with whatever they understand. What a later one adds is added to [`Self::of`], too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SpecFormat(u32);

/// A document of a version that this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("format {0}: this program knows 1 to {latest}; update it", latest = SpecFormat::LATEST.0)]
pub struct LaterFormat(u32);

impl SpecFormat {
    /// The first version.
    pub const FIRST: Self = Self(1);
    /// With [`PaintRules`] of the show.
    pub const RULES: Self = Self(2);
    /// The last version that this program knows.
    pub const LATEST: Self = Self::RULES;

    /// The version that says all that is in a document with these rules.
    #[must_use]
    pub fn of(rules: &PaintRules) -> Self {
        if rules.is_default() { Self::FIRST } else { Self::RULES }
    }

    /// This version and all before it, the first one in front.
    pub fn and_before(self) -> impl Iterator<Item = Self> {
        (Self::FIRST.0..=self.0).map(Self)
    }

    /// What the name of a pool with jobs of this version ends with. Those of the first one lie where a process looks that
    /// knows of no other.
    pub(super) fn suffix(self) -> String {
        if self == Self::FIRST { String::new() } else { format!("-f{}", self.0) }
    }

    /// The version of the jobs in a pool, which may be one that this program does not know.
    #[must_use]
    pub fn number_in(pool: &Pool) -> u32 {
        pool.lane().map_or(Self::FIRST.0, |(_, number)| number)
    }
}

impl TryFrom<u32> for SpecFormat {
    type Error = LaterFormat;

    fn try_from(version: u32) -> Result<Self, LaterFormat> {
        let known = (Self::FIRST.0..=Self::LATEST.0).contains(&version);
        if known { Ok(Self(version)) } else { Err(LaterFormat(version)) }
    }
}

impl From<SpecFormat> for u32 {
    fn from(format: SpecFormat) -> Self {
        format.0
    }
}

impl std::fmt::Display for SpecFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_new_keeps_the_first_version() {
        assert_eq!(SpecFormat::of(&PaintRules::default()), SpecFormat::FIRST);
        let rules = PaintRules { close_gaps: 2, ..PaintRules::default() };
        assert_eq!(SpecFormat::of(&rules), SpecFormat::RULES);
    }

    #[test]
    fn known_versions_are_read_and_others_refused() {
        let read = |text: &str| serde_json::from_str::<SpecFormat>(text).map_err(|error| error.to_string());
        assert_eq!((read("1"), read("2")), (Ok(SpecFormat::FIRST), Ok(SpecFormat::RULES)));
        for text in ["0", "3"] {
            assert!(
                read(text).unwrap_err().starts_with(&format!("format {text}: this program knows 1 to 2"))
            );
        }
        assert_eq!(SpecFormat::LATEST.and_before().collect::<Vec<_>>(), [SpecFormat(1), SpecFormat(2)]);
    }
}
