//! A table for the eye, and as data.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;
use worker::eval::{Figures, Setting};

use super::tables::Table;
use crate::eval::Row as Shares;

/// A line of a table.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub row: String,
    /// Whether the model is this program's own and not of the paper.
    pub ours: bool,
    /// What a drawing is painted from.
    pub references: String,
    pub mode: &'static str,
    /// Design sheets used; none if all.
    pub shots: Option<usize>,
    /// The model that was taken.
    pub model: Option<String>,
    /// Whether its backbone has another size than the paper's.
    pub other_size: bool,
    #[serde(flatten)]
    pub state: State,
}

/// What is known of a line.
#[derive(Debug, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub(super) enum State {
    /// Shares in percent.
    Measured(Shares),
    /// No model at hand fits.
    Missing { why: String },
    /// The model could not be measured.
    Failed { why: String },
}

impl State {
    pub(super) fn measured(figures: &Figures) -> Self {
        Self::Measured(Shares::new(figures))
    }
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    pub table: u8,
    pub title: &'a str,
    pub rows: &'a [Line],
    /// Rows of the paper that are not among them.
    pub not_run: &'a str,
    /// Files and folders among the models that are none.
    pub unusable: Vec<String>,
}

/// Columns: heading and share in percent.
type Column = (&'static str, fn(&Shares) -> f64);

const COLUMNS: [Column; 5] = [
    ("Acc", |shares| shares.acc),
    ("Acc-Thres", |shares| shares.acc_threshold),
    ("Pix-Acc", |shares| shares.pix_acc),
    ("Pix-F-Acc", |shares| shares.pix_f_acc),
    ("Pix-B-MIoU", |shares| shares.pix_b_miou),
];

impl Line {
    pub(super) fn shots(setting: Setting) -> Option<usize> {
        Some(setting.shots).filter(|&shots| shots != usize::MAX)
    }
}

/// One line a row and setting; what is missing says what would have to be there.
pub(super) fn render(number: u8, table: &Table, lines: &[Line], unusable: &[String]) -> String {
    let name = |line: &Line| if line.ours { format!("{} (ours)", line.row) } else { line.row.clone() };
    let widest = |texts: &mut dyn Iterator<Item = String>| texts.map(|text| text.width()).max().unwrap_or(0);
    let names = widest(&mut lines.iter().map(name)).max("model".len());
    let from = widest(&mut lines.iter().map(|line| line.references.clone())).max("references".len());
    let mut text = format!("Table {number}: {}\n\n{:names$}  {:from$}", table.title, "", "references");
    for (heading, _) in COLUMNS {
        let _ = write!(text, "  {heading:>7}");
    }
    text.push_str("  model");
    let mut before: Option<&Line> = None;
    for line in lines {
        let is_missing = matches!(line.state, State::Missing { .. });
        // A model that is missing is missing in all settings.
        let is_told = is_missing && before.is_some_and(|before| before.row == line.row);
        before = Some(line);
        if is_told {
            continue;
        }
        let references = if is_missing { "" } else { line.references.as_str() };
        let _ = write!(text, "\n{:names$}  {references:from$}", name(line));
        match &line.state {
            State::Measured(shares) => {
                for (heading, share) in COLUMNS {
                    let _ = write!(text, "  {:width$.2}", share(shares), width = heading.len().max(7));
                }
            }
            State::Missing { why } => {
                let _ = write!(text, "  missing: {why}");
            }
            State::Failed { why } => {
                let _ = write!(text, "  failed: {why}");
            }
        }
        if let (State::Measured(_), Some(model)) = (&line.state, &line.model) {
            let _ = write!(text, "  {model}{}", if line.other_size { " *" } else { "" });
        }
    }
    text.push_str("\n\nEverything was measured here, on this data set.\n");
    if lines.iter().any(|line| matches!(line.state, State::Missing { .. })) {
        text.push_str("What is missing is looked for in --models DIR.\n");
    }
    if lines.iter().any(|line| line.other_size) {
        text.push_str("*: a backbone of another size than the paper's.\n");
    }
    if !table.not_run.is_empty() {
        let _ = writeln!(text, "Not run here, of what the paper compares: {}.", table.not_run);
    }
    for why in unusable {
        let _ = writeln!(text, "Among the models, but none: {why}");
    }
    text
}
