//! Natural order of names: `a2` before `a10`.

use std::cmp::Ordering;

/// Compares two names with runs of digits taken as numbers; names that are equal so compare as plain text.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let ((l, left_rest), (r, right_rest)) = (chunk(left), chunk(right));
        let order = if starts_with_digit(l) && starts_with_digit(r) { numbers(l, r) } else { l.cmp(r) };
        if order != Ordering::Equal || (l.is_empty() && r.is_empty()) {
            return order.then_with(|| a.cmp(b));
        }
        (left, right) = (left_rest, right_rest);
    }
}

/// Splits off the longest run of digits or of other characters.
fn chunk(text: &str) -> (&str, &str) {
    let digits = starts_with_digit(text);
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    text.split_at(end)
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Numbers of any length: without leading zeros, the longer one is the larger.
fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = ["a10.png", "a2.png", "A0001.png", "a1b.png", "a1.png", "彩10", "彩9"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["A0001.png", "a1.png", "a1b.png", "a2.png", "a10.png", "彩9", "彩10"]);
    }

    #[test]
    fn leading_zeros_break_ties_only() {
        assert_eq!(compare("a01b", "a1c"), Ordering::Less);
        assert_eq!(compare("a01", "a1"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(names in prop::collection::vec("[a01 .彩]{0,6}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]];
            prop_assert_eq!(compare(a, b), compare(b, a).reverse());
            prop_assert_eq!(compare(a, b) == Ordering::Equal, a == b);
            if compare(a, b).is_le() && compare(b, c).is_le() {
                prop_assert!(compare(a, c).is_le());
            }
        }
    }
}
