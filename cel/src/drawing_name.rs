//! File names of drawings as studios write them: `A0001.tga`, `b_go0003.tga`, `A_0001.PNG`, `a0002b.tga`, `0001.png`.

/// Longest number, in digits.
const DIGITS: usize = 5;

/// A number with the letter that a drawing put in later gets: `1`, `1a`. Ordered by number, then letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DrawingNumber {
    /// The number.
    pub number: u32,
    /// The letter in lower case, or nothing.
    pub suffix: String,
}

impl DrawingNumber {
    /// Reads `0001` or `1a`, whatever the case; `None` if it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = text.split_at(digits);
        let known = (1..=DIGITS).contains(&digits)
            && suffix.len() <= 1
            && suffix.bytes().all(|byte| byte.is_ascii_alphabetic());
        known.then(|| Some(Self { number: number.parse().ok()?, suffix: suffix.to_ascii_lowercase() }))?
    }
}

impl std::fmt::Display for DrawingNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.number, self.suffix)
    }
}

/// What a file name says of a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawingName {
    /// The cel as it is spelled, such as `A` or `b_go`; empty in a name of digits.
    pub cel: String,
    /// Its number in the cel.
    pub number: DrawingNumber,
}

impl DrawingName {
    /// Reads a file name without its extension: the cel, `_`, `.`, `-` or nothing, the number, a letter or nothing.
    #[must_use]
    pub fn parse(stem: &str) -> Option<Self> {
        let start = stem.find(|c: char| c.is_ascii_digit())?;
        let (cel, number) = stem.split_at(start);
        let number = DrawingNumber::parse(number)?;
        let cel = if cel.is_empty() { cel } else { cel.strip_suffix(['_', '.', '-']).unwrap_or(cel) };
        is_cel(cel, start).then(|| Self { cel: cel.to_owned(), number })
    }

    /// Reads what a time sheet calls a drawing: mostly its number, sometimes its file name.
    #[must_use]
    pub fn number_in_sheet(text: &str) -> Option<DrawingNumber> {
        DrawingNumber::parse(text.trim()).or_else(|| Self::parse(text.trim()).map(|name| name.number))
    }
}

/// Letters, with at most one `_` between them; nothing only if nothing stood before the number.
fn is_cel(cel: &str, before: usize) -> bool {
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    before == 0 || (cel.split('_').all(letters) && cel.split('_').count() <= 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(stem: &str) -> Option<(String, String)> {
        DrawingName::parse(stem).map(|name| (name.cel, name.number.to_string()))
    }

    #[test]
    fn the_ways_studios_write() {
        for (stem, cel, number) in [
            ("a0001", "a", "1"),
            ("A_0001", "A", "1"),
            ("B-12", "B", "12"),
            ("b_go0001", "b_go", "1"),
            ("lo0001", "lo", "1"),
            ("a0002B", "a", "2b"),
            ("0001", "", "1"),
            ("2B", "", "2b"),
        ] {
            assert_eq!(parsed(stem), Some((cel.into(), number.into())), "{stem}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for stem in ["", "a", "a0001_old", "a000001", "a1bc", "a_b_c1", "_1", "__1", "線0001", "a 1", "a1.2"]
        {
            assert_eq!(parsed(stem), None, "{stem}");
        }
    }

    #[test]
    fn letters_come_after_their_number() {
        let number = |text| DrawingNumber::parse(text).unwrap();
        assert!(number("1") < number("1a") && number("1b") < number("2") && number("2") < number("0010"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_name_or_none(stem in "\\PC{0,12}") {
            if let Some(name) = DrawingName::parse(&stem) {
                prop_assert!(stem.starts_with(&name.cel));
                prop_assert_eq!(DrawingName::number_in_sheet(&stem), Some(name.number));
            }
        }

        #[test]
        fn what_is_shown_can_be_read(number in 0u32..100_000, suffix in "[a-z]?") {
            let number = DrawingNumber { number, suffix };
            prop_assert_eq!(DrawingNumber::parse(&number.to_string()), Some(number));
        }
    }
}
