//! Every decision as a line of CSV, to fit confidence to.

use std::fmt::Write as _;
use std::path::Path;

use worker::eval::Result as Outcome;

use crate::exit::CliError;

/// Writes the decisions of all characters.
pub(super) fn write(path: &Path, outcome: &Outcome) -> Result<(), CliError> {
    let mut text = "similarity,margin,confidence,pixels,right\n".to_owned();
    for decided in &outcome.overall.decided {
        let right = u8::from(decided.right);
        let (similarity, margin, confidence) = (decided.similarity, decided.margin, decided.confidence);
        let _ = writeln!(text, "{similarity},{margin},{confidence},{},{right}", decided.pixels);
    }
    std::fs::write(path, text).map_err(|source| CliError::Unwritable { path: path.to_owned(), source })
}
