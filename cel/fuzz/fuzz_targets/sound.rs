//! What every time sheet promises.

use cel::TimeSheet;
use cel::timesheet::MAX_FRAMES;

pub fn read(bytes: &[u8]) {
    if let Ok(sheet) = TimeSheet::parse(bytes) {
        check(&sheet);
    }
}

fn check(sheet: &TimeSheet) {
    assert!(sheet.frames <= MAX_FRAMES && !sheet.columns.is_empty());
    for column in &sheet.columns {
        assert!(!column.name.trim().is_empty());
        assert!(column.exposures.is_sorted_by(|a, b| a.frame < b.frame));
        assert!(column.exposures.iter().all(|exposure| exposure.frame < sheet.frames));
    }
}
