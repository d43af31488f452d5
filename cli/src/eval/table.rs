//! The figures as a table in the form of the literature.

use std::fmt::Write as _;

use worker::eval::{Figures, Result as Outcome};

/// Columns of figures: heading and value in percent.
type Column = (&'static str, fn(&Figures) -> f64);

const COLUMNS: [Column; 6] = [
    ("Acc", |figures| figures.scores.acc),
    ("Acc-Thr", |figures| figures.scores.acc_threshold),
    ("Pix-Acc", |figures| figures.scores.pix_acc),
    ("Pix-F-Acc", |figures| figures.scores.pix_f_acc),
    ("Pix-B-MIoU", |figures| figures.scores.pix_b_miou),
    ("upper bound", |figures| figures.upper_bound),
];

/// One line a character, then all.
pub(super) fn render(outcome: &Outcome) -> String {
    let mut rows: Vec<(&str, &Figures)> =
        outcome.characters.iter().map(|(name, figures)| (name.as_str(), figures)).collect();
    rows.push(("all", &outcome.overall));
    let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max("character".len());
    let mut text = format!("{:widest$}  drawings  segments", "character");
    for (name, _) in COLUMNS {
        let _ = write!(text, "  {name:>7}");
    }
    for (name, figures) in rows {
        let _ = write!(text, "\n{name:widest$}  {:8}  {:8}", figures.drawings, figures.segments);
        for (heading, value) in COLUMNS {
            let width = heading.len().max(7);
            let _ = write!(text, "  {:width$.2}", 100.0 * value(figures));
        }
    }
    text.push_str(
        "\n\nupper bound: share of segments whose colour occurs in the references, the best Acc possible\n",
    );
    text
}
