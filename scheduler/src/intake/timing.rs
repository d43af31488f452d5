//! What a time sheet says of the drawings of a clip: their order, when they are seen, which are missing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cel::timesheet::Column;
use cel::{DrawingName, DrawingNumber, TimeSheet};

use super::cels::number;

/// When the drawings of a clip are seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// File of the time sheet.
    pub sheet: PathBuf,
    /// Length of the cut in frames.
    pub frames: u32,
    /// The changes in order, each at its own frame; before the first one nothing is seen.
    pub exposures: Vec<Seen>,
    /// Indices of the drawings that the sheet does not use.
    pub unused: Vec<usize>,
    /// What the sheet uses and is not there, as it calls them.
    pub missing: Vec<String>,
}

/// From this frame to the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The frame, from 0.
    pub frame: u32,
    /// Index of the drawing in the clip; `None` where nothing is seen, or the drawing is missing.
    pub drawing: Option<usize>,
}

/// The columns of a cel: one, unless a sheet has two of one name.
pub(super) struct CelSheet<'a> {
    pub path: &'a Path,
    pub frames: u32,
    pub columns: Vec<&'a Column>,
}

impl<'a> CelSheet<'a> {
    /// The columns of the first of these names that the sheet has.
    pub fn of(path: &'a Path, sheet: &'a TimeSheet, names: &[&'a str]) -> Option<Self> {
        let columns = names.iter().map(|name| sheet.columns_of(name).collect::<Vec<_>>());
        let columns = columns.into_iter().find(|columns| !columns.is_empty())?;
        Some(Self { path, frames: sheet.frames, columns })
    }

    /// What is seen, in the order of the columns and in each of the frames.
    fn named(&self) -> impl Iterator<Item = &'a str> {
        let exposures = self.columns.iter().flat_map(|column| &column.exposures);
        exposures.filter_map(|exposure| exposure.drawing.as_deref())
    }

    /// Puts drawings, which come in the order of their numbers, into that in which they are first seen. One that is not
    /// used stays behind the one before it.
    pub fn order(&self, names: &mut [String]) {
        let mut first = HashMap::new();
        for (place, number) in self.named().filter_map(DrawingName::number_in_sheet).enumerate() {
            first.entry(number).or_insert(place);
        }
        let mut last = 0;
        let mut places: HashMap<String, usize> = HashMap::new();
        for name in names.iter() {
            last = number(name).and_then(|number| first.get(&number).copied()).unwrap_or(last);
            places.insert(name.clone(), last);
        }
        names.sort_by_key(|name| places.get(name).copied());
    }

    /// When these drawings are seen; they may be some of the cel's, `all` are its numbers.
    pub fn timing(&self, names: &[String], all: &[String]) -> Timing {
        let index: HashMap<DrawingNumber, usize> =
            names.iter().enumerate().rev().filter_map(|(i, name)| Some((number(name)?, i))).collect();
        let find = |drawing: &str| index.get(&DrawingName::number_in_sheet(drawing)?).copied();
        let used: Vec<usize> = self.named().filter_map(find).collect();
        let exposures = self.columns.first().map(|column| {
            let seen = |e: &cel::timesheet::Exposure| Seen {
                frame: e.frame,
                drawing: e.drawing.as_deref().and_then(find),
            };
            column.exposures.iter().map(seen).collect()
        });
        Timing {
            sheet: self.path.to_path_buf(),
            frames: self.frames,
            exposures: exposures.unwrap_or_default(),
            unused: (0..names.len()).filter(|i| !used.contains(i)).collect(),
            missing: self.missing(all),
        }
    }

    fn missing(&self, all: &[String]) -> Vec<String> {
        let there: Vec<DrawingNumber> = all.iter().filter_map(|name| number(name)).collect();
        let is_there =
            |named: &str| DrawingName::number_in_sheet(named).is_some_and(|number| there.contains(&number));
        let mut missing: Vec<String> =
            self.named().filter(|named| !is_there(named)).map(str::to_owned).collect();
        missing.sort();
        missing.dedup();
        missing
    }
}

#[cfg(test)]
mod tests {
    use cel::timesheet::Exposure;
    use proptest::prelude::*;

    use super::*;

    fn column(drawings: &[Option<&str>]) -> Column {
        let exposure =
            |(frame, drawing): (u32, &Option<&str>)| Exposure { frame, drawing: drawing.map(str::to_owned) };
        Column { name: "A".into(), exposures: (0..).zip(drawings).map(exposure).collect() }
    }

    fn names(numbers: &[&str]) -> Vec<String> {
        numbers.iter().map(|number| format!("a000{number}.tga")).collect()
    }

    fn sheet<'a>(columns: &'a [Column]) -> CelSheet<'a> {
        CelSheet { path: Path::new("cut.xdts"), frames: 9, columns: columns.iter().collect() }
    }

    #[test]
    fn drawings_come_as_they_are_first_seen() {
        let columns = [column(&[Some("3"), Some("1"), None, Some("3"), Some("2a"), Some("7")])];
        let mut drawings = names(&["1", "2", "2a", "3", "4"]);
        sheet(&columns).order(&mut drawings);
        assert_eq!(drawings, names(&["3", "4", "1", "2", "2a"]), "2 stays behind 1, 4 behind 3");
        let timing = sheet(&columns).timing(&drawings, &drawings);
        let seen: Vec<Option<usize>> = timing.exposures.iter().map(|seen| seen.drawing).collect();
        assert_eq!(seen, [Some(0), Some(2), None, Some(0), Some(4), None]);
        assert_eq!((timing.unused, timing.missing), (vec![1, 3], vec!["7".to_owned()]));
    }

    #[test]
    fn a_second_column_of_the_name_uses_drawings_too() {
        let columns = [column(&[Some("1")]), column(&[Some("2"), Some("BG")])];
        let drawings = names(&["1", "2"]);
        let timing = sheet(&columns).timing(&drawings, &drawings);
        assert_eq!((timing.unused.len(), timing.missing), (0, vec!["BG".to_owned()]));
        assert_eq!(timing.exposures.len(), 1, "the preview shows the first");
    }

    #[test]
    fn sheets_may_call_drawings_by_their_files() {
        let columns = [column(&[Some("A0002"), Some("a_1")])];
        let drawings = names(&["1", "2"]);
        assert_eq!(sheet(&columns).timing(&drawings, &drawings).unused, [0; 0]);
    }

    proptest! {
        #[test]
        fn ordering_loses_nothing(
            seen in prop::collection::vec(prop::option::of("[1-9]"), 0..9),
            there in prop::collection::btree_set("[1-9]", 0..9),
        ) {
            let seen: Vec<Option<&str>> = seen.iter().map(Option::as_deref).collect();
            let columns = [column(&seen)];
            let before = names(&there.iter().map(String::as_str).collect::<Vec<_>>());
            let mut after = before.clone();
            sheet(&columns).order(&mut after);
            let timing = sheet(&columns).timing(&after, &after);
            for (i, name) in after.iter().enumerate() {
                let number = number(name).unwrap().to_string();
                let used = seen.contains(&Some(number.as_str()));
                prop_assert_eq!(timing.unused.contains(&i), !used);
            }
            after.sort();
            prop_assert_eq!(after, before);
        }
    }
}
