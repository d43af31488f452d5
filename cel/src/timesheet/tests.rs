//! Every odd thing that time sheets are known to do, and any bytes at all.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/timesheets").join(name)
}

fn sheet(name: &str) -> TimeSheet {
    assert!(TimeSheet::is_named(&file(name)), "{name}");
    TimeSheet::read(&file(name)).unwrap()
}

/// A column as its name and `frame:drawing`, `-` for nothing.
fn columns(sheet: &TimeSheet) -> Vec<(&str, String)> {
    let change = |e: &Exposure| format!("{}:{}", e.frame, e.drawing.as_deref().unwrap_or("-"));
    let changes = |column: &Column| column.exposures.iter().map(change).collect::<Vec<_>>().join(" ");
    sheet.columns.iter().map(|column| (column.name.as_str(), changes(column))).collect()
}

fn plain() -> Vec<(&'static str, String)> {
    vec![("A", "0:1 3:2 6:1".to_owned()), ("B", "0:- 4:1a 9:-".to_owned())]
}

#[test]
fn cels_alone_count_and_the_end_mark_is_no_change() {
    let sheet = sheet("plain.xdts");
    assert_eq!(columns(&sheet), plain());
    assert_eq!((sheet.cut.as_deref(), sheet.frames, sheet.notices.len()), (Some("12"), 12, 0));
}

#[test]
fn ways_to_write_the_same() {
    for name in ["bom_crlf.xdts", "one_line.xdts", "slip.xtds"] {
        let sheet = sheet(name);
        assert_eq!((columns(&sheet), sheet.frames, &sheet.cut), (plain(), 12, &None), "{name}");
    }
}

#[test]
fn frames_before_the_first_are_what_is_seen_first() {
    let sheet = sheet("negative.xdts");
    assert_eq!(columns(&sheet), [("A", "0:2 4:3".to_owned())]);
    assert!(sheet.notices[0].contains("column A"), "{:?}", sheet.notices);
}

#[test]
fn marks_and_empty_entries_hold() {
    assert_eq!(columns(&sheet("holds.xdts")), [("A", "0:1 6:2".to_owned())]);
}

#[test]
fn names_that_are_missing_or_double() {
    let sheet = sheet("names.xdts");
    let names: Vec<&str> = sheet.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["A", "B", "C", "a", "E"]);
    assert_eq!(sheet.notices.len(), 4, "{:?}", sheet.notices);
    assert_eq!(sheet.columns_of("A").count(), 2);
}

#[test]
fn without_a_length_it_ends_with_its_last_entry() {
    let sheet = sheet("no_length.xdts");
    assert_eq!((sheet.frames, columns(&sheet)), (8, vec![("A", "0:1 7:2".to_owned())]));
}

#[test]
fn the_first_table_with_cels_counts() {
    let sheet = sheet("tables.xdts");
    assert_eq!(columns(&sheet), [("A", "0:1".to_owned())]);
    assert!(sheet.notices[0].starts_with("2 tables"), "{:?}", sheet.notices);
}

#[test]
fn the_first_sheet_of_a_tdts_counts() {
    let sheet = sheet("several.tdts");
    assert_eq!((sheet.cut.as_deref(), columns(&sheet)), (Some("213"), plain()));
    assert!(sheet.notices[0].starts_with("2 sheets"), "{:?}", sheet.notices);
}

#[test]
fn layers_of_an_sts() {
    let named = sheet("layers.sts");
    let expected = [("A", "0:1 2:2 4:- 5:300".to_owned()), ("背景", "2:1".to_owned())];
    assert_eq!((columns(&named), named.frames), (expected.to_vec(), 6));
    let nameless = sheet("nameless.sts");
    assert_eq!(columns(&nameless), [("A", "0:1".to_owned()), ("B", "1:2".to_owned())]);
    assert_eq!(nameless.notices.len(), 2);
}

#[test]
fn what_is_wrong_is_told_with_a_remedy() {
    let error = |bytes: &[u8]| TimeSheet::parse(bytes).unwrap_err().to_string();
    assert!(error(b"\x89PNG\r\n").contains("\\x89PNG"));
    assert!(error(b"exchangeDigitalTimeSheet Save Data\n{").contains("export it again"));
    assert!(error(b"exchangeDigitalTimeSheet Save Data\n{}").contains("CELL"));
    assert!(error(b"toeiDigitalTimeSheet Save Data\n{}").contains("CELL"));
    assert!(error(b"\x11ShiraheiTimeSheet\x01\xff\xff\0\0").contains("23 bytes"));
    assert!(error(b"\x11ShiraheiTimeSheet\0\0\0\0\0").contains("CELL"));
    let long = b"exchangeDigitalTimeSheet Save Data{\"timeTables\":[{\"duration\":999999999999,\"fields\":
        [{\"fieldId\":0,\"tracks\":[{\"trackNo\":0}]}]}]}";
    assert!(error(long).contains("at most 100000"));
    let missing = TimeSheet::read(&file("nowhere.xdts")).unwrap_err().to_string();
    assert!(missing.contains("nowhere.xdts: cannot be read"), "{missing}");
}

/// What the types promise.
fn assert_sound(sheet: &TimeSheet) {
    assert!(sheet.frames <= MAX_FRAMES && !sheet.columns.is_empty());
    for column in &sheet.columns {
        assert!(!column.name.trim().is_empty());
        assert!(column.exposures.is_sorted_by(|a, b| a.frame < b.frame));
        assert!(column.exposures.iter().all(|exposure| exposure.frame < sheet.frames));
    }
}

#[test]
fn a_sheet_that_ends_before_it_begins_shows_nothing() {
    let early = b"exchangeDigitalTimeSheet Save Data{\"timeTables\":[{\"fields\":[{\"fieldId\":0,\"tracks\":[{\"trackNo\":0,
        \"frames\":[{\"frame\":-1,\"data\":[{\"id\":0,\"values\":[\"1\"]}]}]}]}]}]}";
    let sheet = TimeSheet::parse(early).unwrap();
    assert_eq!((sheet.frames, sheet.columns[0].exposures.len()), (0, 0));
}

fn read_or_refuse(bytes: &[u8]) {
    if let Ok(sheet) = TimeSheet::parse(bytes) {
        assert_sound(&sheet);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_or_refuse(&bytes);
        read_or_refuse(&[sts::SIGNATURE, &bytes].concat());
        read_or_refuse(&[xdts::SIGNATURE, &bytes].concat());
    }

    #[test]
    fn any_damage_is_read_or_refused(
        name in prop::sample::select(vec!["plain.xdts", "several.tdts", "layers.sts"]),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = std::fs::read(file(name)).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        read_or_refuse(&bytes);
        bytes.truncate(end.index(bytes.len()));
        read_or_refuse(&bytes);
    }

    #[test]
    fn any_table_is_sound(
        duration in -5i64..40,
        tracks in prop::collection::vec((0usize..9, prop::collection::vec((-9i64..50, "[0-9a]{0,2}|SYMBOL_NULL_CELL"), 0..6)), 1..5),
    ) {
        let frame = |(frame, value): &(i64, String)| {
            serde_json::json!({"frame": frame, "data": [{"id": 0, "values": [value]}]})
        };
        let track = |(no, frames): &(usize, Vec<_>)| {
            serde_json::json!({"trackNo": no, "frames": frames.iter().map(frame).collect::<Vec<_>>()})
        };
        let tracks: Vec<_> = tracks.iter().map(track).collect();
        let fields = serde_json::json!([{"fieldId": 0, "tracks": tracks}]);
        let json = serde_json::json!({"timeTables": [{"duration": duration, "fields": fields}]}).to_string();
        let sheet = TimeSheet::parse(&[xdts::SIGNATURE, json.as_bytes()].concat()).unwrap();
        assert_sound(&sheet);
    }

    #[test]
    fn an_sts_says_what_was_put_in(layers in 1usize..4, cells in prop::collection::vec(0u16..4, 1..30)) {
        let frames = cells.len();
        let mut bytes = sts::SIGNATURE.to_vec();
        bytes.push(layers as u8);
        bytes.extend((frames as u16).to_le_bytes());
        bytes.extend([0, 0]);
        (0..layers).for_each(|_| bytes.extend(cells.iter().flat_map(|cell| cell.to_le_bytes())));
        let sheet = TimeSheet::parse(&bytes).unwrap();
        assert_sound(&sheet);
        for column in &sheet.columns {
            for (frame, &cell) in (0..).zip(&cells) {
                let last = column.exposures.iter().rfind(|exposure| exposure.frame <= frame);
                let seen = last.and_then(|exposure| exposure.drawing.clone());
                prop_assert_eq!(seen, (cell > 0).then(|| cell.to_string()));
            }
        }
    }
}
