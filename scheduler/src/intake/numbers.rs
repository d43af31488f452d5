//! Numbers that are missing or double among the drawings of a cel.

use cel::DrawingNumber;

/// Most numbers and spans that one line names.
const NAMED: usize = 12;

/// What is odd about the numbers of a cel's drawings, a line each. Names without a number are passed over.
pub(super) fn odd(numbers: &[(DrawingNumber, &str)]) -> Vec<String> {
    let mut sorted: Vec<&(DrawingNumber, &str)> = numbers.iter().collect();
    sorted.sort();
    let twice = |pair: &[&(DrawingNumber, &str)]| {
        let [(number, first), (other, second)] = [pair[0], pair[1]];
        (number == other).then(|| format!("{first} and {second} are both number {number}: keep one of them"))
    };
    let mut lines: Vec<String> = sorted.windows(2).filter_map(twice).collect();
    let gaps = missing(sorted.iter().map(|(number, _)| number.number));
    if !gaps.is_empty() {
        lines.push(format!("numbers missing: {}", gaps.join(", ")));
    }
    lines
}

/// The numbers between sorted ones that are not among them, as `3` or `7-9`.
fn missing(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    let mut gaps = Vec::new();
    let mut expected = None;
    for number in numbers {
        match expected {
            Some(from) if number > from + 1 => gaps.push(format!("{from}-{}", number - 1)),
            Some(from) if number > from => gaps.push(from.to_string()),
            _ => {}
        }
        expected = Some(number + 1);
    }
    if gaps.len() > NAMED {
        let more = gaps.len() - NAMED;
        gaps.truncate(NAMED);
        gaps.push(format!("{more} more"));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(names: &[&'static str]) -> Vec<String> {
        let number = |name: &&'static str| (DrawingNumber::parse(name).unwrap(), *name);
        odd(&names.iter().map(number).collect::<Vec<_>>())
    }

    #[test]
    fn gaps_and_doubles_are_named() {
        assert_eq!(lines(&["1", "2", "2a", "3"]), [""; 0]);
        assert_eq!(lines(&["5", "1", "2", "9"]), ["numbers missing: 3-4, 6-8"]);
        assert_eq!(lines(&["01", "1", "3"]).len(), 2);
        assert!(lines(&["01", "1"])[0].contains("01 and 1 are both number 1"));
    }

    #[test]
    fn a_cel_may_begin_anywhere() {
        assert_eq!(lines(&["100", "101"]), [""; 0]);
    }
}
