//! The tables that XDTS and TDTS share.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Column, Exposure, SheetError, TimeSheet, finish, letter};

/// The field of drawings. Others hold dialogue (3), camera work (5) and, in TDTS, more.
const CELL: u32 = 0;
/// Nothing is seen.
const NULL_CELL: &str = "SYMBOL_NULL_CELL";
/// Marks in the sheet beside a drawing that stays.
const HOLDS: [&str; 3] = ["SYMBOL_HYPHEN", "SYMBOL_TICK_1", "SYMBOL_TICK_2"];

#[derive(Deserialize)]
pub(super) struct Header {
    #[serde(default)]
    cut: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table {
    #[serde(default)]
    duration: i64,
    #[serde(default)]
    time_table_headers: Vec<Names>,
    #[serde(default)]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    field_id: u32,
    #[serde(default)]
    names: Vec<Option<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    field_id: u32,
    #[serde(default)]
    tracks: Vec<Track>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Track {
    track_no: usize,
    #[serde(default)]
    frames: Vec<Frame>,
}

#[derive(Deserialize)]
struct Frame {
    frame: i64,
    #[serde(default)]
    data: Vec<Data>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    id: i64,
    #[serde(default)]
    values: Vec<Value>,
}

impl Table {
    fn cells(&self) -> impl Iterator<Item = &Track> {
        self.fields.iter().filter(|field| field.field_id == CELL).flat_map(|field| &field.tracks)
    }

    /// The name of a track, or the letter of its place.
    fn name(&self, track: usize, notices: &mut Vec<String>) -> String {
        let header = self.time_table_headers.iter().find(|names| names.field_id == CELL);
        let name = header.and_then(|header| header.names.get(track)?.as_deref()).unwrap_or_default().trim();
        if !name.is_empty() {
            return name.to_owned();
        }
        let name = letter(track);
        notices.push(format!("column {} has no name: taken for {name}", track.saturating_add(1)));
        name
    }
}

/// The first table that has cels, as a sheet.
pub(super) fn sheet(header: Option<Header>, tables: Vec<Table>) -> Result<TimeSheet, SheetError> {
    let mut notices = Vec::new();
    let mut tables = tables.into_iter().filter(|table| table.cells().next().is_some());
    let table = tables.next().ok_or(SheetError::NoCels)?;
    let more = tables.count();
    if more > 0 {
        notices.push(format!("{} tables in one sheet: the first one counts", more + 1));
    }
    let mut tracks: Vec<&Track> = table.cells().collect();
    tracks.sort_by_key(|track| track.track_no);
    let frames = frames(&table, &tracks);
    let columns = tracks.into_iter().map(|track| column(&table, track, frames, &mut notices)).collect();
    finish(header.and_then(|header| header.cut.as_ref().and_then(text)), frames, columns, notices)
}

/// The length of a table; without one, to the end of what is in it.
fn frames(table: &Table, tracks: &[&Track]) -> u32 {
    let last = tracks.iter().flat_map(|track| &track.frames).map(|frame| frame.frame.saturating_add(1)).max();
    let length = if table.duration > 0 { table.duration } else { last.unwrap_or(0).max(0) };
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn column(table: &Table, track: &Track, frames: u32, notices: &mut Vec<String>) -> Column {
    let name = table.name(track.track_no, notices);
    let mut changes: Vec<(i64, Option<String>)> =
        track.frames.iter().filter_map(|frame| Some((frame.frame, change(&frame.data)?))).collect();
    // A stable sort: of two entries for one frame the later one counts.
    changes.sort_by_key(|(frame, _)| *frame);
    if changes.first().is_some_and(|(frame, _)| *frame < 0) {
        notices.push(format!(
            "column {name} starts before the first frame: what is seen then counts from there"
        ));
    }
    let within = changes.into_iter().filter(|&(frame, _)| frame.max(0) < i64::from(frames));
    let by_frame: BTreeMap<u32, Option<String>> =
        within.map(|(frame, drawing)| (u32::try_from(frame).unwrap_or(0), drawing)).collect();
    let exposures = by_frame.into_iter().map(|(frame, drawing)| Exposure { frame, drawing }).collect();
    Column { name, exposures }
}

/// What changes at an entry; `None` where the drawing before is held.
fn change(data: &[Data]) -> Option<Option<String>> {
    let cell = data.iter().find(|data| data.id == 0).or(data.first())?;
    let value = cell.values.first().and_then(text)?;
    match value.trim() {
        NULL_CELL => Some(None),
        value if value.is_empty() || HOLDS.contains(&value) => None,
        value => Some(Some(value.to_owned())),
    }
}

/// Text, or a number that a writer has left without quotes.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
