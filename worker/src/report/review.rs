//! The list of segments to look at, those first where a look saves most.

use maud::{Markup, html};

use super::{Card, page};
use crate::sidecar::Segment;

/// Longest list shown; the pictures below mark every segment.
const MOST: usize = 100;

/// Segments of all drawings, most expected wrong pixels first. Nothing if there are none.
pub(super) fn list<'a>(cards: impl Iterator<Item = &'a Card<'a>>) -> Markup {
    let segments = sorted(cards);
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
fn sorted<'a>(cards: impl Iterator<Item = &'a Card<'a>>) -> Vec<(&'a str, &'a Segment)> {
    let mut segments: Vec<(&str, &Segment)> =
        cards.flat_map(|card| card.to_review.iter().map(|segment| (card.key, segment))).collect();
    segments.sort_by(|(_, a), (_, b)| b.expected_wrong_pixels().total_cmp(&a.expected_wrong_pixels()));
    segments
}

fn row(key: &str, segment: &Segment) -> Markup {
    let [red, green, blue, alpha] = segment.rgba.0;
    let style = format!("background: rgba({red}, {green}, {blue}, {:.3})", f32::from(alpha) / 255.0);
    html! {
        tr {
            td { a href={ "#" (page::encode_path(key)) } { (key) } }
            td { (segment.label) }
            td { span.swatch style=(style) {} " " (format!("{red}, {green}, {blue}, {alpha}")) }
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
    use crate::sidecar::Source;

    fn segment(label: u32, pixels: u32, confidence: f32) -> Segment {
        let source = Source { drawing: "a".into(), label: 1 };
        Segment { label, pixels, rgba: Rgba::BLACK, similarity: 0.5, margin: 0.1, confidence, source }
    }

    fn card(key: &str, to_review: Vec<Segment>) -> Card<'_> {
        Card { key, given: false, segments: 9, to_review, pictures: None }
    }

    #[test]
    fn what_costs_most_comes_first() {
        let cards = [
            card("a", vec![segment(1, 10, 0.2), segment(2, 400, 0.8)]),
            card("b", vec![segment(3, 100, 0.5)]),
        ];
        let order: Vec<_> = sorted(cards.iter()).iter().map(|(key, s)| (*key, s.label)).collect();
        assert_eq!(order, [("a", 2), ("b", 3), ("a", 1)]);
        let page = list(cards.iter()).into_string();
        assert!(page.contains("80 %") && !page.contains("more, marked"));
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let cards = [card("a", (1..=MOST as u32 + 2).map(|label| segment(label, label, 0.5)).collect())];
        assert!(list(cards.iter()).into_string().contains("and 2 more"));
        assert_eq!(list([].into_iter()).into_string(), "");
    }
}
