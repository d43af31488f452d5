//! `shiage fetch`.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::Digest;
use scheduler::api::{EpisodeView, FileList, FileView, Phase};
use serde::Serialize;

use super::args::FetchArgs;
use super::http::{Client, escaped};
use super::place::Place;
use super::status::pages;
use super::table::summary_line;
use super::{parallel, print_json, upload};
use crate::exit::{CliError, Exit};
use crate::progress::Progress;
use crate::terminal;

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Fetched {
    files: usize,
    fetched: usize,
    state: Phase,
}

/// Runs `shiage fetch`.
pub fn run(args: &FetchArgs) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    let id = &args.episode;
    let view: EpisodeView = client.get(&format!("/episodes/{id}"))?;
    let files = pages(|after| {
        let page: FileList = client.get(&format!("/episodes/{id}/files{after}"))?;
        Ok((page.files, page.next))
    })?;
    let place = Place::new(&args.out)?;
    let (count, fetched) = (files.len(), AtomicUsize::new(0));
    let total = files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.size));
    let progress = Progress::bytes("fetched", total, args.server.json);
    let result = parallel::each(&files, |file| {
        let path = place.file(&file.name)?;
        if !is_there(&path, file) {
            fetch(&client, &format!("/episodes/{id}/files/{}", escaped(&file.name)), file, &path)?;
            fetched.fetch_add(1, Ordering::Relaxed);
        }
        progress.add(file.size);
        Ok(())
    });
    progress.finish();
    result?;
    let (fetched, state) = (fetched.into_inner(), view.summary.state);
    if args.server.json {
        print_json(&Fetched { files: count, fetched, state });
    } else {
        terminal::result(&format!("{count} files, {fetched} of them new, in {}", args.out.display()));
    }
    if state == Phase::Done {
        return Ok(Exit::Done);
    }
    terminal::note(&format!("not everything is there: {}", summary_line(&view.summary)));
    Ok(Exit::Incomplete)
}

fn is_there(path: &Path, file: &FileView) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() == file.size)
        && std::fs::read(path).is_ok_and(|bytes| Digest::of(&bytes) == file.digest)
}

fn fetch(client: &Client, address: &str, file: &FileView, path: &Path) -> Result<(), CliError> {
    let content = client.content(address)?;
    let found = Digest::of(&content);
    if found != file.digest {
        let reason = format!("arrived with the digest {found} instead of {}; fetch again", file.digest);
        return Err(upload::unreadable(path, std::io::Error::other(reason)));
    }
    worker::write_whole(path, &content)
        .map_err(|source| CliError::Unwritable { path: path.to_path_buf(), source })
}
