//! The list of segments to look at, those first where a look saves most.

use maud::{Markup, html};

use super::facts::{CutFacts, DrawingFacts};
use super::{flags, page};
use crate::sidecar::Segment;

/// Longest list shown; the pictures below mark every segment.
const MOST: usize = 100;

/// Segments of all drawings, most expected wrong pixels first. Nothing if there are none.
pub(super) fn list(facts: &CutFacts<'_>) -> Markup {
    let segments = sorted(facts);
    html! {
        @if !segments.is_empty() {
            section.review {
                h2 { "To look at first" }
                table {
                    thead { tr {
                        th { "drawing" } th { "segment" } th { "colour" } th { "pixels" } th { "sure" }
                        th { "expected wrong pixels" }
                    } }
                    tbody { @for (key, segment) in segments.iter().take(MOST) { (row(key, segment)) } }
                }
                @if segments.len() > MOST {
                    p.nothing { "and " (segments.len() - MOST) " more, marked in the pictures below" }
                }
            }
        }
    }
}

/// The segments to look at with the keys of their drawings.
fn sorted<'a>(facts: &'a CutFacts<'_>) -> Vec<(&'a str, &'a Segment)> {
    let of = |drawing: &'a DrawingFacts<'_>| drawing.to_review.iter().map(|segment| (drawing.key, segment));
    let mut segments: Vec<(&str, &Segment)> = facts.drawings().flat_map(of).collect();
    segments.sort_by(|(_, a), (_, b)| b.expected_wrong_pixels().total_cmp(&a.expected_wrong_pixels()));
    segments
}

fn row(key: &str, segment: &Segment) -> Markup {
    html! {
        tr {
            td { a href={ "#" (page::encode_path(key)) } { (key) } }
            td { (segment.label) }
            td { (flags::swatch(segment.rgba)) }
            td { (segment.pixels) }
            td { (format!("{:.0} %", 100.0 * segment.confidence)) }
            td { (format!("{:.0}", segment.expected_wrong_pixels())) }
        }
    }
}

#[cfg(test)]
mod tests {
    use cel::Rgba;

    use super::*;
    use crate::report::facts::{ClipFacts, Status};
    use crate::sidecar::Source;

    fn segment(label: u32, pixels: u32, confidence: f32) -> Segment {
        let source = Source { drawing: "a".into(), label: 1 };
        Segment { label, pixels, rgba: Rgba::BLACK, similarity: 0.5, margin: 0.1, confidence, source }
    }

    fn cut(drawings: &[(&'static str, Vec<Segment>)]) -> CutFacts<'static> {
        let drawing = |(key, to_review): &(&'static str, Vec<Segment>)| DrawingFacts {
            key,
            status: Status::Painted,
            first_frame: None,
            frames: 0,
            segments: 9,
            to_review: to_review.clone(),
            expected_wrong_pixels: 0.0,
            holes: Vec::new(),
            off_palette: None,
            flicker: Vec::new(),
        };
        let drawings = drawings.iter().map(drawing).collect();
        let clip = ClipFacts { name: "a", time_sheet: None, frames: None, missing: &[], drawings };
        CutFacts { title: "c", mode: "m", model: "m", clips: vec![clip], problems: Vec::new() }
    }

    #[test]
    fn what_costs_most_comes_first() {
        let cut =
            cut(&[("a", vec![segment(1, 10, 0.2), segment(2, 400, 0.8)]), ("b", vec![segment(3, 100, 0.5)])]);
        let order: Vec<_> = sorted(&cut).iter().map(|(key, s)| (*key, s.label)).collect();
        assert_eq!(order, [("a", 2), ("b", 3), ("a", 1)]);
        let page = list(&cut).into_string();
        assert!(page.contains("80 %") && !page.contains("more, marked"));
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let many = (1..=MOST as u32 + 2).map(|label| segment(label, label, 0.5)).collect();
        assert!(list(&cut(&[("a", many)])).into_string().contains("and 2 more"));
        assert_eq!(list(&cut(&[])).into_string(), "");
    }
}
