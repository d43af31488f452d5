//! `report.csv`: a row for each drawing.

use super::facts::{CutFacts, DrawingFacts};

const HEADING: &str = "clip,drawing,status,first_frame,frames,segments,to_review,expected_wrong_pixels,holes,hole_pixels,\
                       off_palette_pixels,flicker";

pub(super) fn render(facts: &CutFacts<'_>) -> String {
    let rows = facts.clips.iter().flat_map(|clip| {
        clip.drawings.iter().map(|drawing| format!("{},{}", field(clip.name), row(drawing)))
    });
    [HEADING.to_owned()].into_iter().chain(rows).map(|line| line + "\n").collect()
}

fn row(drawing: &DrawingFacts<'_>) -> String {
    format!(
        "{},{},{},{},{},{},{:.0},{},{},{},{}",
        field(drawing.key),
        drawing.status.name(),
        drawing.first_frame.map(|frame| frame.to_string()).unwrap_or_default(),
        drawing.frames,
        drawing.segments,
        drawing.to_review.len(),
        drawing.expected_wrong_pixels,
        drawing.holes.len(),
        drawing.hole_pixels(),
        drawing.off_palette_pixels(),
        drawing.flicker.len()
    )
}

/// Text as a field: in quotes where it must be.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_divide_a_field_is_quoted() {
        assert_eq!(field("a/0001.png"), "a/0001.png");
        assert_eq!(field("a, \"b\""), "\"a, \"\"b\"\"\"");
    }
}
