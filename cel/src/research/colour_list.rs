//! Lists of segment colours in JSON.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use serde::Deserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use thiserror::Error;

use super::MAX_LABEL;
use crate::Rgba;

/// Why a colour list could not be read.
#[derive(Debug, Error)]
#[error("not a list of colours like {{\"1\":[255,255,255,255]}}: {0}")]
pub struct ColourListError(#[from] serde_json::Error);

/// Reads a colour list; labels may have gaps.
///
/// # Errors
/// If the text is no JSON object of labels (1 to [`MAX_LABEL`], each once) with four bytes each.
pub fn colours_from_json(text: &str) -> Result<BTreeMap<u32, Rgba>, ColourListError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let colours = json.deserialize_map(List)?;
    json.end()?;
    Ok(colours)
}

/// Writes a colour list, labels in numeric order.
#[must_use]
pub fn colours_to_json(colours: &BTreeMap<u32, Rgba>) -> String {
    let mut text = String::from("{");
    for (label, Rgba([red, green, blue, alpha])) in colours {
        let comma = if text.len() > 1 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}\"{label}\":[{red},{green},{blue},{alpha}]");
    }
    text.push('}');
    text
}

/// The colours of segments that count from 1, by label.
#[must_use]
pub fn colours_by_label(colours: &[Rgba]) -> BTreeMap<u32, Rgba> {
    (1..).zip(colours.iter().copied()).collect()
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = BTreeMap<u32, Rgba>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of labels and colours")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut colours = BTreeMap::new();
        while let Some((label, colour)) = map.next_entry::<u32, Rgba>()? {
            if !(1..=MAX_LABEL).contains(&label) {
                return Err(A::Error::custom(format_args!("{label} is no label")));
            }
            if colours.insert(label, colour).is_some() {
                return Err(A::Error::custom(format_args!("label {label} occurs twice")));
            }
        }
        Ok(colours)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn order_is_numeric() {
        let colours = colours_by_label(&[Rgba([1, 2, 3, 4]); 11]);
        let text = colours_to_json(&colours);
        assert!(text.starts_with(r#"{"1":[1,2,3,4],"2":[1,2,3,4],"#));
        assert!(text.ends_with(r#","10":[1,2,3,4],"11":[1,2,3,4]}"#));
        assert_eq!(colours_to_json(&BTreeMap::new()), "{}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, said) in [
            ("", "EOF"),
            ("[]", "an object of labels and colours"),
            (r#"{"1":[1,2,3]}"#, "array of length 4"),
            (r#"{"1":[1,2,3,256]}"#, "256"),
            (r#"{"0":[1,2,3,4]}"#, "0 is no label"),
            (r#"{"16777216":[1,2,3,4]}"#, "16777216 is no label"),
            (r#"{"a":[1,2,3,4]}"#, "invalid"),
            (r#"{"1":[1,2,3,4],"1":[1,2,3,4]}"#, "label 1 occurs twice"),
            (r#"{"1":[1,2,3,4]} x"#, "trailing"),
        ] {
            let message = colours_from_json(text).unwrap_err().to_string();
            assert!(message.contains(said), "{text}: {message}");
            assert!(message.starts_with(r#"not a list of colours like {"1":[255,255,255,255]}: "#));
        }
    }

    proptest! {
        #[test]
        fn survives_a_round_trip(
            colours in proptest::collection::btree_map(1..=MAX_LABEL, any::<[u8; 4]>().prop_map(Rgba), 0..20),
        ) {
            prop_assert_eq!(colours_from_json(&colours_to_json(&colours)).unwrap(), colours);
        }

        #[test]
        fn any_text_is_read_or_refused(text in r#"[{}\[\]",:0-9a ]{0,40}"#) {
            let _ = colours_from_json(&text);
        }
    }
}
