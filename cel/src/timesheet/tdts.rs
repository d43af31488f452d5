//! TDTS: as XDTS, its tables inside sheets that have headers of their own.

use serde::Deserialize;

use super::table::{Header, Table};
use super::{SheetError, TimeSheet, table};

/// How a file begins. The end of the line may be missing.
pub(super) const SIGNATURE: &[u8] = b"toeiDigitalTimeSheet Save Data";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(default)]
    time_sheets: Vec<Sheet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sheet {
    #[serde(default)]
    header: Option<Header>,
    #[serde(default)]
    time_tables: Vec<Table>,
}

pub(super) fn parse(json: &[u8]) -> Result<TimeSheet, SheetError> {
    let document: Document = serde_json::from_slice(json)?;
    let sheets = document.time_sheets.len();
    let Some(first) = document.time_sheets.into_iter().next() else { return Err(SheetError::NoCels) };
    let mut sheet = table::sheet(first.header, first.time_tables)?;
    if sheets > 1 {
        sheet.notices.push(format!("{sheets} sheets in one file: the first one counts"));
    }
    Ok(sheet)
}
