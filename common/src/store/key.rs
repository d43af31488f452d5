//! Names of objects: the same set is valid in every store.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest key in bytes, with room for the prefix of a store below the 1024 bytes of S3.
pub const MAX_KEY: usize = 512;
/// Longest part of a key in bytes: the limit of file names.
const MAX_PART: usize = 255;
/// First part of the keys that stores keep for themselves: temporary files and probes.
pub(super) const RESERVED: &str = ".shiage";

/// The key of an object: a relative path with `/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StoreKey(String);

/// The beginning of keys: whole parts, or a part cut short. Empty for all keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StorePrefix(String);

/// A text that is no key, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key {value:?}: {reason}; use a relative path such as out/e1/A0001.tga")]
pub struct InvalidKey {
    value: String,
    reason: &'static str,
}

impl StoreKey {
    /// A key whose parts were made so that they are valid: see [`crate::farm::layout`].
    pub(crate) fn from_valid(value: String) -> Self {
        debug_assert_eq!(fault(&value), None, "{value:?}");
        Self(value)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts between the slashes.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl StorePrefix {
    /// The prefix as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no key, if it is none.
fn fault(text: &str) -> Option<&'static str> {
    let refused = |c: char| c.is_control() || matches!(c, '\\' | '\u{fffe}' | '\u{ffff}');
    if text.is_empty() {
        Some("it is empty")
    } else if text.len() > MAX_KEY {
        Some("it is longer than 512 bytes")
    } else if text.contains(refused) {
        // Lists of S3 are XML, which cannot hold them.
        Some("it holds a backslash or a control character")
    } else if text.split('/').any(str::is_empty) {
        Some("a part of it is empty")
    } else if text.split('/').any(|part| matches!(part, "." | "..")) {
        Some("a part of it is . or ..")
    } else if text.split('/').any(|part| part.len() > MAX_PART) {
        Some("a part of it is longer than 255 bytes")
    } else if text.split('/').next() == Some(RESERVED) {
        Some("what is below .shiage belongs to the store itself")
    } else {
        None
    }
}

/// Why a text is no prefix, if it is none: no key could begin with it.
fn prefix_fault(text: &str) -> Option<&'static str> {
    let whole = text.strip_suffix('/').unwrap_or(text);
    match text {
        "" => None,
        // A last part that looks reserved or special can still go on.
        _ if !text.ends_with('/') => fault(&format!("{text}_")),
        _ => fault(whole),
    }
}

impl TryFrom<String> for StoreKey {
    type Error = InvalidKey;

    fn try_from(value: String) -> Result<Self, InvalidKey> {
        match fault(&value) {
            None => Ok(Self(value)),
            Some(reason) => Err(InvalidKey { value, reason }),
        }
    }
}

impl FromStr for StoreKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::try_from(text.to_owned())
    }
}

impl FromStr for StorePrefix {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        match prefix_fault(text) {
            None => Ok(Self(text.to_owned())),
            Some(reason) => Err(InvalidKey { value: text.to_owned(), reason }),
        }
    }
}

impl From<StoreKey> for String {
    fn from(key: StoreKey) -> Self {
        key.0
    }
}

impl fmt::Display for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for StorePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_checked() {
        for good in ["a", "out/e1/A0001.tga", "鬼/カット 01+50%.png", "a..b/...", ".shiage2/x", "x/.shiage"]
        {
            assert!(good.parse::<StoreKey>().is_ok(), "{good}");
        }
        let long_part = "x".repeat(256);
        let long = "x/".repeat(256) + "x";
        let bad =
            ["", "/a", "a/", "a//b", ".", "../a", "a/./b", "a\\b", "a\nb", "a\u{ffff}", ".shiage/tmp/x"];
        for bad in bad.into_iter().chain([long_part.as_str(), &long]) {
            assert!(bad.parse::<StoreKey>().is_err(), "{bad}");
        }
        let error = "../a".parse::<StoreKey>().unwrap_err().to_string();
        assert_eq!(
            error,
            "key \"../a\": a part of it is . or ..; use a relative path such as out/e1/A0001.tga"
        );
    }

    #[test]
    fn a_prefix_may_end_anywhere() {
        for good in ["", "a", "a/", "a/b", "a/.", ".shiage"] {
            assert!(good.parse::<StorePrefix>().is_ok(), "{good}");
        }
        for bad in ["/", "a//", "../", ".shiage/", "a\\"] {
            assert!(bad.parse::<StorePrefix>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_key_never_leaves_its_root(text in prop_oneof![".{0,40}", "[a./\\\\]{0,12}"]) {
            if let Ok(key) = text.parse::<StoreKey>() {
                let path = Path::new(key.as_str());
                prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
                prop_assert_eq!(path.components().count(), key.parts().count());
                prop_assert_eq!(String::from(key), text);
            }
        }

        #[test]
        fn every_beginning_of_a_key_is_a_prefix(text in "[a-c./]{1,12}", cut in 0_usize..12) {
            if let Ok(key) = text.parse::<StoreKey>() {
                let cut = cut.min(text.len());
                prop_assert!(key.as_str()[..cut].parse::<StorePrefix>().is_ok());
            }
        }
    }
}
