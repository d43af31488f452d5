//! The time sheets of an episode: each is read once, and what of it nobody needed is told at the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cel::TimeSheet;

use super::timing::CelSheet;
use super::{Episode, Problem};

/// The sheets that were read; `None` where one could not be.
#[derive(Default)]
pub(super) struct TimeSheets {
    read: BTreeMap<PathBuf, Option<Read>>,
}

struct Read {
    sheet: TimeSheet,
    /// Columns that a cel was found for.
    used: Vec<bool>,
}

impl TimeSheets {
    /// What a sheet says of a cel that may go by any of these names.
    pub fn of<'a>(
        &'a mut self,
        path: &'a Path,
        names: &[&'a str],
        episode: &mut Episode,
    ) -> Option<CelSheet<'a>> {
        let read = || match TimeSheet::read(path) {
            Ok(sheet) => {
                episode.notes.extend(sheet.notices.iter().map(|notice| Problem::new(path, notice.as_str())));
                Some(Read { used: vec![false; sheet.columns.len()], sheet })
            }
            Err(error) => {
                episode.problems.push(Problem::new(path, error.cause.to_string()));
                None
            }
        };
        let Read { sheet, used } = self.read.entry(path.to_path_buf()).or_insert_with(read).as_mut()?;
        let found = CelSheet::of(path, sheet, names);
        if let Some(found) = &found {
            for (used, column) in used.iter_mut().zip(&sheet.columns) {
                *used |= found.columns.iter().any(|other| std::ptr::eq(*other, column));
            }
        } else {
            let cels: Vec<&str> = sheet.columns.iter().map(|column| column.name.as_str()).collect();
            let error = format!("no column for cel {} (it has {})", names.join(" or "), cels.join(", "));
            episode.notes.push(Problem::new(path, error));
        }
        found
    }

    /// The columns with drawings that no cel was found for, such as backgrounds, a line for each sheet.
    pub fn left_over(&self) -> impl Iterator<Item = Problem> {
        self.read.iter().filter_map(|(path, read)| {
            let Read { sheet, used } = read.as_ref()?;
            let is_seen = |column: &cel::timesheet::Column| {
                column.exposures.iter().any(|exposure| exposure.drawing.is_some())
            };
            let columns = sheet.columns.iter().zip(used);
            let open = columns.filter(|(column, used)| !**used && is_seen(column));
            let names: Vec<&str> = open.map(|(column, _)| column.name.as_str()).collect();
            (!names.is_empty())
                .then(|| Problem::new(path, format!("columns without drawings here: {}", names.join(", "))))
        })
    }
}
