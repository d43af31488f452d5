//! XDTS: a line that names the format, then JSON with tables.

use serde::Deserialize;

use super::table::{Header, Table};
use super::{SheetError, TimeSheet, table};

/// How a file begins. The end of the line may be missing.
pub(super) const SIGNATURE: &[u8] = b"exchangeDigitalTimeSheet Save Data";

/// Any version: those seen, 5 and 10, say the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    #[serde(default)]
    header: Option<Header>,
    #[serde(default)]
    time_tables: Vec<Table>,
}

pub(super) fn parse(json: &[u8]) -> Result<TimeSheet, SheetError> {
    let document: Document = serde_json::from_slice(json)?;
    table::sheet(document.header, document.time_tables)
}
