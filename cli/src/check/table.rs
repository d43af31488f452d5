//! The findings for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cel::inspect::{Finding, Kind};

use super::Answer;

/// Findings of a drawing that are told one by one; the rest is counted.
const SHOWN: usize = 8;

/// A line for each finding, and the sum.
pub fn of(answer: &Answer) -> String {
    let mut text = String::new();
    for problem in &answer.problems {
        let _ = writeln!(text, "{problem}");
    }
    for finding in &answer.clips {
        let clip = if finding.clip.is_empty() { "." } else { &finding.clip };
        let _ = writeln!(text, "{clip}: {}", finding.message);
    }
    for drawing in &answer.drawings {
        if let Some(error) = &drawing.error {
            let _ = writeln!(text, "{}: {error}", drawing.key);
        }
        for finding in drawing.findings.iter().take(SHOWN) {
            let _ = writeln!(text, "{}: {}", drawing.key, words(finding));
        }
        if let Some(rest) = drawing.findings.len().checked_sub(SHOWN).filter(|&rest| rest > 0) {
            let _ = writeln!(text, "{}: and {rest} more", drawing.key);
        }
    }
    text + &sum(answer)
}

fn words(finding: &Finding) -> String {
    let Finding { kind, x, y, pixels, rgb } = finding;
    let place = format!("at x {x}, y {y}");
    match (kind, rgb) {
        (Kind::Leak, _) => format!("a region of {pixels} pixels leaks {place}"),
        (Kind::Gap, _) => format!("a gap of {pixels} pixels {place}"),
        (Kind::Soft, _) => format!("anti-aliased lines, {pixels} pixels"),
        (Kind::OffList, Some([red, green, blue])) => {
            format!("line of the odd colour #{red:02x}{green:02x}{blue:02x}, {pixels} pixels {place}")
        }
        (Kind::Padded, _) => {
            "32 bits without alpha: taken as opaque, which other software may not do".to_owned()
        }
        (Kind::Depth, _) => {
            "grey, or of five bits a channel: paint that does not fit is written in 24 bits".to_owned()
        }
        (Kind::OffList | Kind::Tiny, _) => format!("a {} of {pixels} pixels {place}", kind.name()),
    }
}

fn sum(answer: &Answer) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for finding in answer.drawings.iter().flat_map(|drawing| &drawing.findings) {
        *counts.entry(finding.kind).or_default() += 1;
    }
    let dirty = answer.drawings.iter().filter(|drawing| !drawing.findings.is_empty()).count();
    let parts: Vec<String> = counts.iter().map(|(kind, count)| format!("{} {count}", kind.name())).collect();
    let found = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
    format!("{} drawings, {dirty} to look at: {found}", answer.drawings.len())
}
