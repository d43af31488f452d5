//! Names that travel between processes, valid by construction.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A name that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?}: use 1 to {longest} {allowed}")]
pub struct InvalidName {
    what: &'static str,
    value: String,
    longest: usize,
    allowed: &'static str,
}

/// Letters that stand in keys of Redis and in paths of a store alike.
fn is_plain(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

/// What a person may call a show or themselves: anything but control characters and what separates fields.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '|' | '/' | '#')
}

const PLAIN: &str = "lower-case letters, digits and hyphens";
const PRINTABLE: &str = "bytes without control characters, '|', '/' and '#'";

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $longest:literal, $test:ident, $allowed:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(value: String) -> Result<Self, InvalidName> {
                if !value.is_empty() && value.len() <= $longest && value.chars().all($test) {
                    return Ok(Self(value));
                }
                Err(InvalidName { what: $what, value, longest: $longest, allowed: $allowed })
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// An episode: the unit that is submitted, watched and cancelled.
    EpisodeId, "episode id", 32, is_plain, PLAIN
);
name!(
    /// A process that paints. Made of host or pod and a nonce of its start, so that two never share one.
    WorkerId, "worker id", 96, is_plain, PLAIN
);
name!(
    /// Workers that can run the same jobs, such as those with enough memory for a model.
    Pool, "pool", 52, is_plain, PLAIN
);
name!(
    /// A show, as its people call it.
    Show, "show", 64, is_printable, PRINTABLE
);
name!(
    /// Who submitted an episode.
    User, "user", 64, is_printable, PRINTABLE
);

impl Pool {
    /// Where the name is `POOL-fN`, with at most three digits: the pool whose order it shares in the queue, and the number.
    /// Such pools are lanes of one order: who serves several of them takes their jobs as if they were one.
    #[must_use]
    pub fn lane(&self) -> Option<(&str, u32)> {
        let (pool, number) = self.0.rsplit_once("-f").filter(|(pool, _)| !pool.is_empty())?;
        let digits = number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit());
        number.parse().ok().filter(|_| digits).map(|number| (pool, number))
    }

    /// The name of the order that its jobs stand in: that of the pool, or of the one that it is a lane of.
    #[must_use]
    pub fn order(&self) -> &str {
        self.lane().map_or(&self.0, |(pool, _)| pool)
    }
}

impl Default for Pool {
    /// The pool of workers and episodes that name none.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

/// A job: the `index`-th of its episode's plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobKey {
    /// The episode it belongs to.
    pub episode: EpisodeId,
    /// Its place in the plan, from 0.
    pub index: u32,
}

impl fmt::Display for JobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.episode, self.index)
    }
}

/// A text that is no job key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("job {0:?}: expected EPISODE.NUMBER, such as e7f3a.12")]
pub struct InvalidJobKey(String);

impl FromStr for JobKey {
    type Err = InvalidJobKey;

    fn from_str(text: &str) -> Result<Self, InvalidJobKey> {
        let parse = || {
            let (episode, index) = text.rsplit_once('.')?;
            let key = Self { episode: episode.parse().ok()?, index: index.parse().ok()? };
            // One spelling a job: no signs, no leading zeros.
            (key.to_string() == text).then_some(key)
        };
        parse().ok_or_else(|| InvalidJobKey(text.to_owned()))
    }
}

impl TryFrom<String> for JobKey {
    type Error = InvalidJobKey;

    fn try_from(text: String) -> Result<Self, InvalidJobKey> {
        text.parse()
    }
}

impl From<JobKey> for String {
    fn from(key: JobKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_checked() {
        assert!("e-7f3a".parse::<EpisodeId>().is_ok());
        for bad in ["", "E1", "a.b", "a b", "../x", &"x".repeat(33)] {
            assert!(bad.parse::<EpisodeId>().is_err(), "{bad}");
        }
        assert!("鬼滅の刃 S1".parse::<Show>().is_ok());
        assert!("a|b".parse::<Show>().is_err());
        let error = "gpu pool".parse::<Pool>().unwrap_err().to_string();
        assert_eq!(error, "pool \"gpu pool\": use 1 to 52 lower-case letters, digits and hyphens");
    }

    #[test]
    fn a_lane_shares_the_order_of_its_pool() {
        let order = |name: &str| name.parse::<Pool>().unwrap().order().to_owned();
        for (name, expected) in [
            ("gpu", "gpu"),
            ("gpu-f2", "gpu"),
            ("gpu-f2-f3", "gpu-f2"),
            ("gpu-f", "gpu-f"),
            ("gpu-f2x", "gpu-f2x"),
            ("-f2", "-f2"),
            ("gpu-f123", "gpu"),
            ("gpu-f1234", "gpu-f1234"),
        ] {
            assert_eq!(order(name), expected);
        }
    }

    #[test]
    fn a_job_key_has_one_spelling() {
        assert!("e1.0".parse::<JobKey>().is_ok());
        for bad in ["e1", "e1.", "e1.01", "e1.+1", "e1.-1", ".1", "e1.4294967296"] {
            assert!(bad.parse::<JobKey>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_lane_ends_with_its_number(text in "[a-z-]{0,6}(-f[0-9]{0,4}){0,2}") {
            if let Ok(pool) = text.parse::<Pool>() {
                let number = pool.lane().map(|(order, number)| (order.to_owned(), number));
                prop_assert_eq!(pool.order(), number.as_ref().map_or(text.as_str(), |(order, _)| order));
                let rest = number.as_ref().and_then(|(order, _)| text.strip_prefix(order.as_str())?.strip_prefix("-f"));
                prop_assert_eq!(rest.and_then(|rest| rest.parse().ok()), number.map(|(_, number)| number));
            }
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in ".{0,40}") {
            if let Ok(key) = text.parse::<JobKey>() {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
