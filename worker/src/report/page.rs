//! The page of a cut.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::cut::{Cut, Shown};
use super::facts::{ClipFacts, DrawingFacts, Status};
use super::thumbnail::Thumbnails;
use super::{counts, flags, review, timeline};
use crate::pipeline::Failure;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Renders the page; it asks for nothing from outside but the painted files it links to.
pub(super) fn render(cut: &Cut<'_>) -> Markup {
    let facts = &cut.facts;
    let painted = |drawing: &&DrawingFacts<'_>| matches!(drawing.status, Status::Painted | Status::Edited);
    let sum = |of: fn(&DrawingFacts<'_>) -> usize| facts.drawings().map(of).sum();
    let off_palette = facts.drawings().map(DrawingFacts::off_palette_pixels).sum();
    let body = html! {
        header {
            h1 { (facts.title) }
            p { "Mode " b { (facts.mode) } ", model " b { (facts.model) } "." }
            ul.figures {
                (figure(facts.drawings().filter(painted).count(), "drawings painted"))
                (figure(sum(|drawing| drawing.segments), "segments"))
                (figure(sum(|drawing| drawing.to_review.len()), "segments to look at"))
                (figure(sum(|drawing| drawing.flicker.len()), "change colour alone"))
                (figure(sum(|drawing| drawing.holes.len()), "holes"))
                (figure(off_palette, "pixels off the palette"))
                (figure(facts.problems.len(), "problems"))
            }
        }
        main {
            (counts::table(facts))
            (problems(&facts.problems))
            (flags::lists(facts))
            (review::list(facts))
            @for (clip, shown) in facts.clips.iter().zip(&cut.shown) { (section(clip, shown, &cut.base)) }
        }
        script { (PreEscaped(SCRIPT)) }
    };
    document(facts.title, &body)
}

/// A whole page.
pub(super) fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – painted" }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}

fn figure(value: usize, name: &str) -> Markup {
    html! { li { b { (value) } " " (name) } }
}

/// What could not be used or painted.
pub(super) fn problems(failures: &[&Failure]) -> Markup {
    html! {
        @if !failures.is_empty() {
            section.failures {
                h2 { "Problems" }
                ul { @for failure in failures {
                    li { code { (failure.path.display()) } " " (failure.error) }
                } }
            }
        }
    }
}

fn section(clip: &ClipFacts<'_>, shown: &Shown, base: &str) -> Markup {
    html! {
        section.clip {
            h2 { (clip.name) }
            (timeline::strip(clip, &shown.spans))
            div.row.head aria-hidden="true" { span { "line" } span { "painted" } span { "to look at" } }
            @for (drawing, pictures) in clip.drawings.iter().zip(&shown.pictures) {
                (row(drawing, pictures.as_ref(), base))
            }
        }
    }
}

fn row(drawing: &DrawingFacts<'_>, pictures: Option<&Thumbnails>, base: &str) -> Markup {
    let key = drawing.key;
    let href = format!("./{base}{}", encode_path(key));
    html! {
        article.row id=(key) {
            @if let Some(pictures) = pictures {
                @let (width, height) = (pictures.size.width, pictures.size.height);
                img src=(pictures.line) width=(width) height=(height) alt={ "line of " (key) };
                a href=(href) {
                    img.painted src=(pictures.painted) width=(width) height=(height) alt={ "painted " (key) };
                }
                @match &pictures.review {
                    Some(review) => {
                        img src=(review) width=(width) height=(height) alt={ "segments to look at in " (key) };
                    }
                    None => span.nothing {
                        @if drawing.status == Status::Given { "given painted" } @else { "nothing to look at" }
                    }
                }
            } @else {
                span.nothing { "not painted" }
            }
            p {
                @if pictures.is_some() { a href=(href) { (key) } } @else { (key) }
                (notes(drawing))
            }
        }
    }
}

/// The figures of a drawing, those that are not nothing.
fn notes(drawing: &DrawingFacts<'_>) -> Markup {
    let mut notes = Vec::new();
    if let Some(first) = drawing.first_frame {
        notes.push(format!("from frame {first}, {} frames", drawing.frames));
    }
    if drawing.segments > 0 && drawing.status != Status::Given {
        notes.push(format!("{} segments, {} to look at", drawing.segments, drawing.to_review.len()));
    }
    for (count, what) in [
        (drawing.flicker.len(), "change colour alone"),
        (drawing.holes.len(), "holes"),
        (drawing.off_palette_pixels(), "pixels off the palette"),
    ] {
        if count > 0 {
            notes.push(format!("{count} {what}"));
        }
    }
    if drawing.status == Status::Edited {
        notes.push("edited".to_owned());
    }
    html! { @if !notes.is_empty() { ": " (notes.join(", ")) } }
}

/// Percent-encodes what a relative address must not hold.
pub(super) fn encode_path(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    key.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses() {
        assert_eq!(encode_path("a b/線#?%..png"), "a%20b/%E7%B7%9A%23%3F%25..png");
    }
}
