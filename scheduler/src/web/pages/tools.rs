//! The tools of a clip's page: the scripts give them life.

use maud::{Markup, html};

fn toggle(id: &str, key: &str, name: &str, pressed: bool) -> Markup {
    html! {
        button.toggle type="button" id=(id) aria-pressed=(pressed) aria-keyshortcuts=(key) {
            (name) kbd { (key) }
        }
    }
}

/// What is done with the drawing shown large.
pub fn toolbar() -> Markup {
    html! {
        div.toolbar {
            div.group role="group" aria-label="Layers" {
                (toggle("layer-line", "1", "Line", true)) (toggle("layer-painted", "2", "Painted", true))
                (toggle("layer-segments", "3", "Segments", false)) (toggle("layer-confidence", "4", "Confidence", false))
                (toggle("onion", "O", "Onion", false))
            }
            div.group role="group" aria-label="Compare" {
                (toggle("wipe", "W", "Wipe", false))
                select #wipe-with aria-label="Compare with" disabled {
                    option value="line" { "line" } option value="saved" { "as saved" }
                    option value="before" { "drawing before" } option value="after" { "drawing after" }
                }
                input #wipe-at type="range" min="0" max="100" value="50" aria-label="Where to divide" disabled;
            }
            div.group role="group" aria-label="Play" {
                (toggle("play", "Space", "Play", false))
                select #fps aria-label="Drawings a second" {
                    option value="8" { "8 / s" } option value="12" selected { "12 / s" } option value="24" { "24 / s" }
                }
            }
            div.group role="group" aria-label="Move" {
                button #previous type="button" aria-keyshortcuts="PageUp" { "Back" kbd { "PgUp" } }
                button #next type="button" aria-keyshortcuts="PageDown" { "Next" kbd { "PgDn" } }
                button #next-flagged type="button" aria-keyshortcuts="N" { "To look at" kbd { "N" } }
            }
        }
    }
}

/// What is known of a segment, and, for those who correct, colours and changes.
pub fn side(corrects: bool) -> Markup {
    html! {
        aside.side aria-label="Segment and colours" {
            section aria-labelledby="segment-title" {
                h2 #segment-title { "Segment" }
                div #segment { p.soft { "Click one, or press " kbd { "N" } " for the next to look at." } }
            }
            @if corrects {
                section aria-labelledby="palette-title" {
                    h2 #palette-title { "Colours" }
                    div #palette.palette role="group" aria-labelledby="palette-title" {}
                    details #references-box {
                        summary { "From a reference" }
                        div #references.references {}
                    }
                }
                section.changes aria-labelledby="changes-title" {
                    h2 #changes-title { "Changes" span #change-count.soft { "none" } }
                    div.buttons {
                        button #undo type="button" disabled aria-keyshortcuts="Control+Z" { "Undo" }
                        button #redo type="button" disabled aria-keyshortcuts="Control+Y" { "Redo" }
                        button.main #save type="button" disabled aria-keyshortcuts="Control+S" { "Save" kbd { "Ctrl S" } }
                    }
                    p.soft { "Saved, it stays as it is; what follows from it is painted anew." }
                }
            }
            section aria-labelledby="history-title" {
                h2 #history-title { "History" }
                div #history {}
            }
        }
    }
}

/// What keys do.
pub fn keys() -> Markup {
    let keys = [
        ("PgUp PgDn, ← →", "previous and next drawing"),
        ("Home End", "first and last drawing"),
        ("N, Shift N", "next and previous segment to look at"),
        ("[ ]", "previous and next segment"),
        ("1 2 3 4", "line, painted, segments, confidence"),
        ("O", "onion skin"),
        ("W", "wipe"),
        ("Space", "play"),
        ("P", "to the colours"),
        ("Alt click", "take the colour of a segment"),
        ("Ctrl Z, Ctrl Y", "undo, redo"),
        ("Ctrl S", "save"),
    ];
    html! {
        details.keys {
            summary { "Keys" }
            dl { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
        }
    }
}
