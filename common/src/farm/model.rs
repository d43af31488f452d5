//! Which model paints, and which workers can.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::spec_format::SpecFormat;
use crate::Digest;
use crate::ids::Pool;

/// Digits of the digest in a label: enough that two models of one name never share them.
const DIGITS: usize = 12;
/// Longest name of a model in bytes.
const MAX_NAME: usize = 100;
/// Longest name of a model in a pool, in bytes: with a base of 16, the digits and a format, a pool stays within its 52 bytes.
const POOL_NAME: usize = 18;
/// Longest base of a pool in bytes.
pub const MAX_BASE_POOL: usize = 16;

/// A model as the farm tells it from others: `NAME@DIGEST`, the first twelve digits of the digest of everything that
/// changes what it paints. The same name on two workers may be two models; the same label never is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelLabel {
    name: String,
    digits: String,
}

/// A text that is no label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "model {0:?}: expected NAME@DIGEST with {DIGITS} hexadecimal digits; `shiage workers` lists the models there are"
)]
pub struct InvalidModelLabel(String);

impl ModelLabel {
    /// The label of a model. Of the name no more than a hundred bytes are kept, and no `@` or control character.
    #[must_use]
    pub fn new(name: &str, digest: &Digest) -> Self {
        let mut name: String = name.chars().filter(|&c| c != '@' && !c.is_control()).collect();
        name.truncate(name.floor_char_boundary(MAX_NAME));
        if name.is_empty() {
            name.push_str("model");
        }
        Self { name, digits: digest.as_str()[..DIGITS].to_owned() }
    }

    /// What people call it: `builtin`, `shape` or the name of its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The pool of the queue for jobs of this format that workers with this model serve, among those of `base`: workers
    /// without it, or that do not read the format, never see its jobs.
    ///
    /// # Errors
    /// When the base is longer than [`MAX_BASE_POOL`].
    pub fn pool(&self, base: &Pool, format: SpecFormat) -> Result<Pool, LongPool> {
        if base.as_str().len() > MAX_BASE_POOL {
            return Err(LongPool(base.clone()));
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let name: String = self.name.chars().map(plain).take(POOL_NAME).collect();
        format!("{base}-{name}-{}{}", self.digits, format.suffix())
            .parse()
            .map_err(|_| LongPool(base.clone()))
    }
}

/// A base of pools that leaves no room for a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pool {0}: use at most {MAX_BASE_POOL} bytes")]
pub struct LongPool(pub Pool);

impl fmt::Display for ModelLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.digits)
    }
}

impl FromStr for ModelLabel {
    type Err = InvalidModelLabel;

    fn from_str(text: &str) -> Result<Self, InvalidModelLabel> {
        let parse = || {
            let (name, digits) = text.split_once('@')?;
            let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
            let named = (1..=MAX_NAME).contains(&name.len()) && !name.contains(char::is_control);
            let valid = named && digits.len() == DIGITS && digits.chars().all(digit);
            valid.then(|| Self { name: name.to_owned(), digits: digits.to_owned() })
        };
        parse().ok_or_else(|| InvalidModelLabel(text.to_owned()))
    }
}

impl TryFrom<String> for ModelLabel {
    type Error = InvalidModelLabel;

    fn try_from(text: String) -> Result<Self, InvalidModelLabel> {
        text.parse()
    }
}

impl From<ModelLabel> for String {
    fn from(label: ModelLabel) -> Self {
        label.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pool_tells_base_name_and_digest() {
        let label = ModelLabel::new("DACoN v1.1", &Digest::of(b"weights"));
        let pool = |base: &str, format| label.pool(&base.parse().unwrap(), format);
        let plain = format!("gpu-dacon-v1-1-{}", &Digest::of(b"weights").as_str()[..12]);
        assert_eq!(pool("gpu", SpecFormat::FIRST).unwrap().as_str(), plain);
        assert!(pool(&"x".repeat(17), SpecFormat::FIRST).is_err());
        let later = pool("gpu", SpecFormat::RULES).unwrap();
        assert_eq!(later.as_str(), format!("{plain}-f2"));
        assert_eq!((later.lane(), SpecFormat::number_in(&later)), (Some((plain.as_str(), 2)), 2));
    }

    proptest! {
        #[test]
        fn a_label_is_read_as_it_was_written(name in ".{0,120}") {
            let label = ModelLabel::new(&name, &Digest::of(b"x"));
            prop_assert_eq!(label.to_string().parse::<ModelLabel>(), Ok(label.clone()));
            for format in SpecFormat::LATEST.and_before() {
                let pool = label.pool(&"p".repeat(16).parse().unwrap(), format).unwrap();
                prop_assert_eq!(SpecFormat::number_in(&pool), u32::from(format));
            }
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in "(.{0,8}@)?[0-9a-fx]{0,14}") {
            if let Ok(label) = text.parse::<ModelLabel>() {
                prop_assert_eq!(label.to_string(), text);
            }
        }
    }
}
