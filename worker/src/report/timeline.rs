//! When drawings are seen: spans of frames, as a strip and as a preview that plays.

use maud::{Markup, html};

use super::facts::ClipFacts;
use super::{ReportClip, page};

/// Frames of each drawing where no time sheet says otherwise: drawn on twos.
const TWOS: u32 = 2;

/// Frames in which the same is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The first frame, from 0.
    pub start: u32,
    /// How many frames, at least 1.
    pub length: u32,
    /// Index of the drawing in its clip.
    pub drawing: Option<usize>,
}

/// The spans of a clip from the first frame to the last.
pub(super) fn spans(clip: &ReportClip) -> Vec<Span> {
    let Some(timing) = &clip.timing else {
        let span = |(drawing, start)| Span { start, length: TWOS, drawing: Some(drawing) };
        return (0..clip.drawings.len()).zip((0..).step_by(TWOS as usize)).map(span).collect();
    };
    let first = timing.exposures.first().map_or(timing.frames, |&(frame, _)| frame);
    let mut changes = timing.exposures.clone();
    if first > 0 {
        changes.insert(0, (0, None));
    }
    let ends = changes.iter().skip(1).map(|&(frame, _)| frame).chain([timing.frames]);
    let span = |(&(start, drawing), end): (&(u32, Option<usize>), u32)| Span {
        start,
        length: end.saturating_sub(start),
        drawing,
    };
    changes.iter().zip(ends).map(span).filter(|span| span.length > 0).collect()
}

/// The first frame, from 1, and the number of frames that each drawing of a clip is seen.
pub(super) fn seen(clip: &ReportClip) -> Vec<(Option<u32>, u32)> {
    let mut seen = vec![(None, 0); clip.drawings.len()];
    if clip.timing.is_some() {
        for span in spans(clip) {
            if let Some(entry) = span.drawing.and_then(|drawing| seen.get_mut(drawing)) {
                entry.0 = entry.0.or(Some(span.start + 1));
                entry.1 += span.length;
            }
        }
    }
    seen
}

/// The strip of a clip, each span as wide as it is long, and the preview.
pub(super) fn strip(facts: &ClipFacts<'_>, spans: &[Span]) -> Markup {
    let frames: u32 = spans.iter().map(|span| span.length).sum();
    let numbers: Vec<String> = spans
        .iter()
        .map(|span| format!("[{},{},{}]", span.start, span.length, span.drawing.map_or(-1, |i| i as i64)))
        .collect();
    html! {
        div.player data-spans={ "[" (numbers.join(",")) "]" } {
            img alt={ "preview of " (facts.name) };
            div.controls {
                button type="button" { "play" }
                input type="range" min="0" max=(frames.saturating_sub(1)) value="0" aria-label="frame";
                output { "1" }
                span { "of " (frames) @match facts.time_sheet {
                    Some(sheet) => { " frames, by " (sheet) }
                    None => " frames, on twos: there is no time sheet",
                } }
            }
        }
        ol.strip { @for span in spans { (box_of(facts, *span)) } }
    }
}

fn box_of(facts: &ClipFacts<'_>, span: Span) -> Markup {
    let Span { start, length, drawing } = span;
    let style = format!("flex-grow: {length}");
    let frames = format!("frames {} to {}", start + 1, start + length);
    html! {
        @match drawing.and_then(|drawing| facts.drawings.get(drawing)) {
            Some(drawing) => {
                li style=(style) title={ (drawing.key) ", " (frames) } {
                    a href={ "#" (page::encode_path(drawing.key)) } { (short(drawing.key)) }
                }
            }
            None => li.empty style=(style) title={ "nothing, " (frames) } {},
        }
    }
}

/// The file name without its extension.
fn short(key: &str) -> &str {
    let name = key.rsplit('/').next().unwrap_or(key);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{ReportDrawing, ReportTiming};

    fn clip(drawings: usize, frames: Option<u32>, exposures: &[(u32, Option<usize>)]) -> ReportClip {
        let drawing = |i| ReportDrawing { key: format!("a/{i}.png"), line: "x".into(), given: false };
        let timing = frames.map(|frames| ReportTiming {
            sheet: "ts.xdts".into(),
            frames,
            exposures: exposures.to_vec(),
            missing: Vec::new(),
        });
        let drawings = (0..drawings).map(drawing).collect();
        ReportClip { name: "a".into(), drawings, references: Vec::new(), timing }
    }

    #[test]
    fn spans_cover_the_cut() {
        let clip = clip(2, Some(9), &[(1, Some(1)), (4, None), (6, Some(0)), (8, Some(1))]);
        let lengths: Vec<_> = spans(&clip).iter().map(|span| (span.length, span.drawing)).collect();
        assert_eq!(lengths, [(1, None), (3, Some(1)), (2, None), (2, Some(0)), (1, Some(1))]);
        assert_eq!(seen(&clip), [(Some(7), 2), (Some(2), 4)]);
    }

    #[test]
    fn without_a_sheet_drawings_are_on_twos() {
        let spans = spans(&clip(2, None, &[]));
        assert_eq!(spans[1], Span { start: 2, length: 2, drawing: Some(1) });
        assert_eq!(seen(&clip(1, None, &[])), [(None, 0)]);
    }

    #[test]
    fn an_empty_sheet_is_empty_throughout() {
        let spans = spans(&clip(1, Some(5), &[]));
        assert_eq!(spans, [Span { start: 0, length: 5, drawing: None }]);
    }
}
