//! What lies in a watched folder, without reading the files.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

use common::Digest;

use crate::client::upload::unreadable;
use crate::exit::CliError;

/// Ends of names under which programs write what is not whole yet.
const UNFINISHED: [&str; 6] = [".tmp", ".temp", ".part", ".partial", ".crdownload", "~"];
/// Folders within folders, at most.
const DEPTH: u32 = 16;

/// The cuts of a folder: each folder in it that has files, with a digest of their names, sizes and times.
pub fn cuts(folder: &Path) -> Result<BTreeMap<String, Digest>, CliError> {
    let mut cuts = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        // What is not text cannot be told of; such a cut can be submitted by hand.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !is_unfinished(&name) {
            let mut files = BTreeMap::new();
            list(&entry.path(), DEPTH, &mut files);
            if !files.is_empty() {
                cuts.insert(name, digest(&files));
            }
        }
    }
    Ok(cuts)
}

/// Lists the files of a folder. What goes while it is listed is not there.
fn list(folder: &Path, depth: u32, files: &mut BTreeMap<String, (u64, u128)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let (Ok(metadata), false) = (entry.metadata(), is_unfinished(&name.to_string_lossy())) else {
            continue;
        };
        if metadata.is_dir() && depth > 0 {
            list(&path, depth - 1, files);
        } else if metadata.is_file() {
            let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            let modified = modified.map_or(0, |time| time.as_nanos());
            files.insert(path.to_string_lossy().into_owned(), (metadata.len(), modified));
        }
    }
}

fn is_unfinished(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('.') || UNFINISHED.iter().any(|end| name.ends_with(end))
}

fn digest(files: &BTreeMap<String, (u64, u128)>) -> Digest {
    let lines = files.iter().map(|(name, (size, modified))| format!("{name}\0{size}\0{modified}"));
    let lines: Vec<String> = lines.collect();
    Digest::of_parts(lines.iter().map(String::as_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_what_is_whole_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, content: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        };
        write("c1/line/1.png", "one");
        write("loose.png", "no cut");
        write(".git/config", "hidden");
        write("c3.part/1.png", "on its way");
        write("c4/1.png.tmp", "on its way");
        let first = cuts(dir.path()).unwrap();
        assert_eq!(first.keys().collect::<Vec<_>>(), ["c1"]);
        write("c1/line/2.png.PART", "on its way");
        assert_eq!(cuts(dir.path()).unwrap(), first);
        write("c1/line/1.png", "longer");
        let second = cuts(dir.path()).unwrap();
        assert_ne!(second, first);
        write("c1/line/2.png", "two");
        assert_ne!(cuts(dir.path()).unwrap(), second);
        let error = cuts(&dir.path().join("nowhere")).unwrap_err().to_string();
        assert!(error.contains("nowhere"), "{error}");
    }
}
