//! Where the goldens are.

use std::fs;
use std::path::{Path, PathBuf};

use cel::Drawing;
use serde_json::Value;

/// The folder of the goldens: the one that ships, or the full set where `SHIAGE_GOLDEN_DIR` says.
pub fn dir() -> PathBuf {
    std::env::var_os("SHIAGE_GOLDEN_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden"), PathBuf::from)
}

/// The cases that are there, with what the manifest says of them. There are always some.
pub fn cases() -> Vec<(PathBuf, Value)> {
    let manifest = json(&dir().join("manifest.json"));
    let folder = dir().join("cases");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 9, "only {} cases in {}", paths.len(), folder.display());
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let facts = manifest["cases"][name].clone();
            assert!(facts.is_object(), "{name} is not in the manifest");
            (path, facts)
        })
        .collect()
}

pub fn json(path: &Path) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn drawing(path: &Path) -> Drawing {
    cel::codec::read(path).unwrap_or_else(|error| panic!("{error}"))
}
