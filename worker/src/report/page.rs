//! The page itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Card, Report, review};

const STYLE: &str = include_str!("report.css");

/// Renders the page; it asks for nothing from outside but the painted files it links to.
pub(super) fn render(report: &Report, clips: &[(&str, Vec<Card<'_>>)]) -> Markup {
    let cards = || clips.iter().flat_map(|(_, cards)| cards);
    let painted = cards().filter(|card| card.pictures.is_some() && !card.given).count();
    let (segments, to_review) =
        cards().fold((0, 0), |(all, some), card| (all + card.segments, some + card.to_review.len()));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (report.title) " – painted" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (report.title) }
                    p { "Mode " b { (report.mode) } ", model " b { (report.model) } "." }
                    ul.figures {
                        (figure(painted, "drawings painted"))
                        (figure(segments, "segments"))
                        (figure(to_review, "segments to look at"))
                        (figure(report.failures.len(), "problems"))
                    }
                }
                main {
                    (failures(report))
                    (review::list(clips.iter().flat_map(|(_, cards)| cards)))
                    @for (name, cards) in clips { (clip(name, cards)) }
                }
            }
        }
    }
}

fn figure(value: usize, name: &str) -> Markup {
    html! { li { b { (value) } " " (name) } }
}

fn failures(report: &Report) -> Markup {
    html! {
        @if !report.failures.is_empty() {
            section.failures {
                h2 { "Problems" }
                ul { @for failure in &report.failures {
                    li { code { (failure.path.display()) } " " (failure.error) }
                } }
            }
        }
    }
}

fn clip(name: &str, cards: &[Card<'_>]) -> Markup {
    html! {
        section {
            h2 { (name) }
            div.row.head aria-hidden="true" { span { "line" } span { "painted" } span { "to look at" } }
            @for card in cards { (row(card)) }
        }
    }
}

fn row(card: &Card<'_>) -> Markup {
    let href = format!("./{}", encode_path(card.key));
    html! {
        article.row id=(card.key) {
            @if let Some(pictures) = &card.pictures {
                @let (width, height) = (pictures.size.width, pictures.size.height);
                img src=(pictures.line) width=(width) height=(height) alt={ "line of " (card.key) };
                a href=(href) {
                    img src=(pictures.painted) width=(width) height=(height) alt={ "painted " (card.key) };
                }
                @match &pictures.review {
                    Some(review) => {
                        img src=(review) width=(width) height=(height)
                            alt={ "segments to look at in " (card.key) };
                    }
                    None => span.nothing { @if card.given { "given painted" } @else { "nothing to look at" } }
                }
            } @else {
                span.nothing { "not painted" }
            }
            p {
                @if card.pictures.is_some() { a href=(href) { (card.key) } } @else { (card.key) }
                @if card.segments > 0 { ": " (card.segments) " segments, " (card.to_review.len()) " to look at" }
            }
        }
    }
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
