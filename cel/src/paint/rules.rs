//! How a show's drawings are painted where studios differ.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Rgba;

/// What is agreed for a show: `shiage.toml`, and part of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaintRules {
    /// What becomes of trace lines.
    #[serde(default)]
    pub traces: TraceRules,
    /// What white means in files without alpha.
    #[serde(default)]
    pub white: WhiteRule,
    /// Gaps in lines of at most so many pixels count as closed when segments are looked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub close_gaps: u32,
}

/// Whether serde may leave a number out; it passes by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl PaintRules {
    /// Whether nothing is agreed.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of trace lines, by their colour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceRules {
    /// The rule for colours that have none of their own.
    #[serde(default)]
    pub default: TraceRule,
    /// The rules of single colours.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub colours: BTreeMap<Hex, TraceRule>,
}

impl TraceRules {
    /// The rule for a trace of this colour.
    #[must_use]
    pub fn of(&self, colour: [u8; 3]) -> TraceRule {
        self.colours.get(&Hex(colour)).copied().unwrap_or(self.default)
    }
}

/// What becomes of a trace line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceRule {
    /// It is painted like a segment beside it.
    Absorb(Side),
    /// It gets a colour of its own: an outline that stays visible.
    Recolour(Hex),
    /// It stays as drawn.
    Keep,
}

impl Default for TraceRule {
    fn default() -> Self {
        Self::Absorb(Side::Darker)
    }
}

/// Which of the two segments beside a trace line takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The one that is painted darker.
    Darker,
    /// The one with fewer pixels.
    Smaller,
    /// The one that the whole line touches most, as in DACoN.
    Majority,
}

/// What white means in files without alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhiteRule {
    /// A colour like any other.
    #[default]
    Paint,
    /// 255 is empty; opaque white is 254.
    Empty,
}

impl WhiteRule {
    /// Its name in files and addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paint => "paint",
            Self::Empty => "empty",
        }
    }
}

/// A colour written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hex(pub [u8; 3]);

impl Hex {
    /// It as the colour of a pixel.
    #[must_use]
    pub const fn opaque(self) -> Rgba {
        let [red, green, blue] = self.0;
        Rgba::opaque(red, green, blue)
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl From<Hex> for String {
    fn from(colour: Hex) -> Self {
        colour.to_string()
    }
}

impl TryFrom<String> for Hex {
    type Error = NoColour;

    fn try_from(text: String) -> Result<Self, NoColour> {
        text.parse()
    }
}

/// A text that is no colour.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no colour: write `#rrggbb`, such as `#ff0000`")]
pub struct NoColour(String);

impl FromStr for Hex {
    type Err = NoColour;

    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let [_, red, green, blue] = value.ok_or_else(|| NoColour(text.to_owned()))?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_read_as_they_are_written() {
        let text = r##"{
            "traces": {
                "default": {"absorb": "smaller"},
                "colours": {"#FF0000": "keep", "#0000ff": {"recolour": "#8090a0"}}
            },
            "white": "empty"
        }"##;
        let rules: PaintRules = serde_json::from_str(text).unwrap();
        assert_eq!(rules.white, WhiteRule::Empty);
        assert_eq!(rules.traces.of([255, 0, 0]), TraceRule::Keep);
        assert_eq!(rules.traces.of([0, 0, 255]), TraceRule::Recolour(Hex([0x80, 0x90, 0xa0])));
        assert_eq!(rules.traces.of([0, 255, 0]), TraceRule::Absorb(Side::Smaller));
        let again = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
        assert_eq!(rules, again);
    }

    #[test]
    fn an_empty_text_is_the_default_and_unknown_words_are_refused() {
        let rules: PaintRules = serde_json::from_str("{}").unwrap();
        assert!(rules.is_default());
        assert_eq!(rules.traces.of([1, 2, 3]), TraceRule::Absorb(Side::Darker));
        for text in [
            r#"{"trace": {}}"#,
            r#"{"traces": {"colors": {}}}"#,
            r#"{"traces": {"default": {"absorb": "brighter"}}}"#,
            r#"{"white": "254"}"#,
        ] {
            assert!(serde_json::from_str::<PaintRules>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_colour_comes_back_as_it_was(colour: [u8; 3]) {
            prop_assert_eq!(Hex(colour).to_string().parse(), Ok(Hex(colour)));
        }

        #[test]
        fn any_text_is_a_colour_or_not(text in "#?[0-9a-fA-Gä+ ]{0,8}") {
            let _ = text.parse::<Hex>();
        }
    }
}
