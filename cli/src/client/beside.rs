//! The files of a manifest that lie beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Digest;
use common::farm::{Blob, Manifest};

use super::place::plain_parts;
use super::upload::unreadable;
use crate::exit::CliError;

/// The files that lie below the folder under their keys or their names. The others may be uploaded already.
pub fn files(manifest: &Manifest, folder: &Path) -> Result<BTreeMap<Digest, PathBuf>, CliError> {
    let mut found = Found { folder, files: BTreeMap::new() };
    for drawing in manifest.clips.iter().flat_map(|clip| &clip.drawings) {
        found.look(&drawing.key, &drawing.line)?;
        if let Some(painted) = &drawing.painted {
            found.look(&in_folder(&drawing.key, "line", "gt"), painted)?;
        }
    }
    for sheet in manifest.sheets.values().flatten() {
        found.look(&in_folder(&sheet.name, "gt", "line"), &sheet.line)?;
        found.look(&sheet.name, &sheet.painted)?;
    }
    Ok(found.files)
}

struct Found<'a> {
    folder: &'a Path,
    files: BTreeMap<Digest, PathBuf>,
}

impl Found<'_> {
    fn look(&mut self, place: &str, blob: &Blob) -> Result<(), CliError> {
        if self.files.contains_key(&blob.digest) {
            return Ok(());
        }
        for name in [place, &blob.name] {
            // Keys that lead out are refused before; names may be no paths at all.
            if plain_parts(name).is_none() {
                continue;
            }
            let path = self.folder.join(name);
            if is(&path, blob)? {
                self.files.insert(blob.digest.clone(), path);
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Whether a file is there and is the one that is meant. Only one of the right length is read.
fn is(path: &Path, blob: &Blob) -> Result<bool, CliError> {
    if !std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() == blob.size) {
        return Ok(false);
    }
    let digest = std::fs::File::open(path).and_then(Digest::of_reader);
    digest.map(|digest| digest == blob.digest).map_err(|source| unreadable(path, source))
}

/// The same file in the folder beside: the last folder of the name `from` becomes `to`.
fn in_folder(key: &str, from: &str, to: &str) -> String {
    let mut parts: Vec<&str> = key.split('/').collect();
    let folders = parts.len().saturating_sub(1);
    if let Some(part) = parts[..folders].iter_mut().rfind(|part| **part == from) {
        *part = to;
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_folders_are_replaced() {
        let gt = |key| in_folder(key, "line", "gt");
        assert_eq!(gt("c1/line/1.png"), "c1/gt/1.png");
        assert_eq!(gt("outline/1.png"), "outline/1.png");
        assert_eq!(gt("underline/line/1.png"), "underline/gt/1.png");
        assert_eq!(gt("line"), "line");
    }

    #[test]
    fn nothing_is_looked_for_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1.png"), "one").unwrap();
        let below = folder.path().join("below");
        std::fs::create_dir(&below).unwrap();
        let blob = Blob { digest: Digest::of(b"one"), size: 3, name: "1.png".into() };
        let mut found = Found { folder: &below, files: BTreeMap::new() };
        found.look("../1.png", &blob).unwrap();
        assert!(found.files.is_empty());
        found.look("a/1.png", &blob).unwrap();
        assert!(found.files.is_empty());
        let mut found = Found { folder: folder.path(), files: BTreeMap::new() };
        found.look("a/1.png", &blob).unwrap();
        assert_eq!(found.files.len(), 1);
    }
}
