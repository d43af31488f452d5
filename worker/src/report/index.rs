//! The page that lists the cuts of an episode.

use std::io;
use std::path::Path;

use maud::{Markup, html};

use super::{Report, page};
use crate::files;

/// A cut in the list.
pub(super) struct Line {
    pub folder: String,
    pub title: String,
    pub drawings: usize,
    pub unpainted: usize,
    pub to_review: usize,
    pub expected_wrong: f32,
    pub flicker: usize,
    pub holes: usize,
}

/// Writes the list to `report.html`.
pub(super) fn write(report: &Report, cuts: &[Line], out: &Path) -> io::Result<()> {
    let body = html! {
        header {
            h1 { (report.title) }
            p { "Mode " b { (report.mode) } ", model " b { (report.model) } "." }
        }
        main {
            section.counts {
                h2 { "Cuts" }
                table {
                    thead { tr {
                        th { "cut" } th { "drawings" } th { "not painted" } th { "to look at" }
                        th { "expected wrong pixels" } th { "色パカ" } th { "holes" }
                    } }
                    tbody { @for cut in cuts { (row(cut)) } }
                }
            }
            (page::problems(&report.failures.iter().collect::<Vec<_>>()))
        }
    };
    let page = page::document(&report.title, &body);
    files::write_whole(&out.join("report.html"), page.into_string().as_bytes())
}

fn row(cut: &Line) -> Markup {
    html! {
        tr {
            td { a href={ "./" (page::encode_path(&cut.folder)) "/report.html" } { (cut.title) } }
            td { (cut.drawings) }
            td { (cut.unpainted) }
            td { (cut.to_review) }
            td { (format!("{:.0}", cut.expected_wrong)) }
            td { (cut.flicker) }
            td { (cut.holes) }
        }
    }
}
