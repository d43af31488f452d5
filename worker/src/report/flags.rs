//! What is wrong or odd, most pixels first: colours that change alone, holes, colours off the palette.

use cel::Rgba;
use maud::{Markup, html};

use super::facts::CutFacts;
use super::page;

/// Longest list shown; the table beside the page has all.
const MOST: usize = 100;

/// One line of a list.
struct Flag<'a> {
    key: &'a str,
    pixels: usize,
    what: Markup,
}

/// The lists that are not empty.
pub(super) fn lists(facts: &CutFacts<'_>) -> Markup {
    html! {
        (list("Change colour in one drawing alone (色パカ)", flicker(facts)))
        (list("Holes", holes(facts)))
        (list("Colours that no reference has", off_palette(facts)))
    }
}

fn flicker<'a>(facts: &'a CutFacts<'_>) -> Vec<Flag<'a>> {
    let flags = facts.drawings().flat_map(|drawing| {
        drawing.flicker.iter().map(|flicker| Flag {
            key: drawing.key,
            pixels: flicker.pixels as usize,
            what: html! { "segment " (flicker.label) ": " (swatch(flicker.rgba)) ", before and after "
            (swatch(flicker.beside)) },
        })
    });
    flags.collect()
}

fn holes<'a>(facts: &'a CutFacts<'_>) -> Vec<Flag<'a>> {
    let flags = facts.drawings().flat_map(|drawing| {
        drawing.holes.iter().map(|hole| Flag {
            key: drawing.key,
            pixels: hole.pixels as usize,
            what: html! { "segment " (hole.label) },
        })
    });
    flags.collect()
}

fn off_palette<'a>(facts: &'a CutFacts<'_>) -> Vec<Flag<'a>> {
    let flags = facts.drawings().filter_map(|drawing| {
        let off = drawing.off_palette?;
        let what = html! { (swatch(off.colour)) " at x " (off.x) ", y " (off.y) };
        Some(Flag { key: drawing.key, pixels: off.pixels, what })
    });
    flags.collect()
}

fn list(title: &str, mut flags: Vec<Flag<'_>>) -> Markup {
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.pixels));
    html! {
        @if !flags.is_empty() {
            section.review.flags {
                h2 { (title) }
                table {
                    thead { tr { th { "drawing" } th { "pixels" } th { "what" } } }
                    tbody { @for flag in flags.iter().take(MOST) { tr {
                        td { a href={ "#" (page::encode_path(flag.key)) } { (flag.key) } }
                        td { (flag.pixels) }
                        td { (flag.what) }
                    } } }
                }
                @if flags.len() > MOST { p.nothing { "and " (flags.len() - MOST) " more, in report.csv" } }
            }
        }
    }
}

/// A colour, shown and in numbers.
pub(super) fn swatch(rgba: Rgba) -> Markup {
    let [red, green, blue, alpha] = rgba.0;
    let style = format!("background: rgba({red}, {green}, {blue}, {:.3})", f32::from(alpha) / 255.0);
    html! { span.swatch style=(style) {} " " (format!("{red}, {green}, {blue}, {alpha}")) }
}
