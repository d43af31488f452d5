//! Files go to the farm, each once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Digest;
use scheduler::api::{Missing, Wanted};

use super::http::Client;
use super::parallel;
use crate::exit::CliError;
use crate::progress::Progress;

/// Digests in one question.
const BATCH: usize = 10_000;

/// Uploads the files that the farm does not have. Interrupted, it goes on where it was the next time.
pub fn files(client: &Client, files: &BTreeMap<Digest, PathBuf>, quiet: bool) -> Result<(), CliError> {
    let missing = missing(client, files.keys())?;
    let files: Vec<(&Digest, &PathBuf)> =
        missing.iter().filter_map(|digest| files.get_key_value(digest)).collect();
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let total = files.iter().fold(0, |sum: u64, (_, path)| sum.saturating_add(size(path)));
    let progress = Progress::bytes("uploaded", total, quiet);
    let uploaded = parallel::each(files, |(digest, path)| {
        let content = std::fs::read(path).map_err(|source| unreadable(path, source))?;
        client.upload(&format!("/blobs/{digest}"), &content)?;
        progress.add(content.len() as u64);
        Ok(())
    });
    progress.finish();
    uploaded
}

/// The digests that the farm has no file of.
pub fn missing<'a>(
    client: &Client,
    digests: impl Iterator<Item = &'a Digest>,
) -> Result<Vec<Digest>, CliError> {
    let digests: Vec<Digest> = digests.cloned().collect();
    let mut missing = Vec::new();
    for batch in digests.chunks(BATCH) {
        let answer: Missing = client.post("/blobs/missing", &Wanted { digests: batch.to_vec() })?;
        missing.extend(answer.missing);
    }
    Ok(missing)
}

/// A file that cannot be read.
pub fn unreadable(path: &Path, source: std::io::Error) -> CliError {
    CliError::Unreadable { path: path.to_path_buf(), source }
}
