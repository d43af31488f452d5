//! Folders compared.

use std::collections::BTreeMap;
use std::path::Path;

use crate::Result;

/// The content of every file below a folder by its relative path; what only `paint` writes is left out.
///
/// # Errors
/// When a file cannot be read.
pub fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_stem().is_none_or(|name| name != "report") {
                let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

/// Copies every file below a folder that [`files`] counts.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for (name, content) in files(from)? {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().ok_or("a file without folder")?)?;
        std::fs::write(path, content)?;
    }
    Ok(())
}

/// What differs between two folders, in words.
///
/// # Errors
/// When a file cannot be read.
pub fn differences(wanted: &Path, found: &Path) -> Result<Vec<String>> {
    let (wanted, found) = (files(wanted)?, files(found)?);
    let missing =
        wanted.keys().filter(|name| !found.contains_key(*name)).map(|name| format!("{name}: missing"));
    let more =
        found.keys().filter(|name| !wanted.contains_key(*name)).map(|name| format!("{name}: too much"));
    let other = wanted
        .iter()
        .filter(|(name, content)| found.get(*name).is_some_and(|other| other != *content))
        .map(|(name, _)| format!("{name}: other bytes"));
    Ok(missing.chain(more).chain(other).collect())
}
