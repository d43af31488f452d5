//! `shiage fetch`.

use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use common::Digest;
use scheduler::api::{EpisodeView, FileList, FileView, Phase};
use serde::Serialize;

use super::args::FetchArgs;
use super::http::{Client, escaped};
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
    let client = Client::new(&args.server);
    let id = &args.episode;
    let view: EpisodeView = client.get(&format!("/episodes/{id}"))?;
    let files = pages(|after| {
        let page: FileList = client.get(&format!("/episodes/{id}/files{after}"))?;
        Ok((page.files, page.next))
    })?;
    let (count, fetched) = (files.len(), AtomicUsize::new(0));
    let progress = Progress::bytes("fetched", files.iter().map(|file| file.size).sum(), args.server.json);
    let result = parallel::each(&files, |file| {
        let path = target(&args.out, &file.name)?;
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
    std::fs::read(path)
        .is_ok_and(|bytes| bytes.len() as u64 == file.size && Digest::of(&bytes) == file.digest)
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

/// Where a file goes: never outside of the folder, whatever the farm says.
fn target(out: &Path, name: &str) -> Result<PathBuf, CliError> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let safe = !name.is_empty() && !name.contains('\\') && Path::new(name).components().all(plain);
    if safe {
        return Ok(out.join(name));
    }
    Err(CliError::Usage(format!("{name:?}: a name that leads out of the folder; nothing more is fetched")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_go_below_the_folder() {
        assert_eq!(target(Path::new("out"), "c1/A 1.png").unwrap(), Path::new("out/c1/A 1.png"));
        for bad in ["", "../x", "/x", "a/../../x", "a\\b"] {
            assert!(target(Path::new("out"), bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_leads_out(name in "[a./\\\\]{0,12}|.{0,20}") {
            if let Ok(path) = target(Path::new("/out"), &name) {
                prop_assert!(path.starts_with("/out"));
                prop_assert!(path.components().all(|part| part != Component::ParentDir));
            }
        }
    }
}
