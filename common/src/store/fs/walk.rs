//! Lists of a folder in the order of S3.

use std::fs::DirEntry;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::super::error::Result;
use super::super::key::MAX_KEY;
use super::super::{Entry, PAGE, Page, StoreKey, StorePrefix};
use super::{Root, error};

pub(super) fn list(
    root: &Root,
    prefix: &StorePrefix,
    after: Option<&StoreKey>,
    limit: usize,
) -> Result<Page> {
    let limit = limit.clamp(1, PAGE);
    let mut walk = Walk {
        prefix: prefix.as_str(),
        after: after.map(StoreKey::as_str),
        // One more than asked for tells whether there is another page.
        wanted: limit + 1,
        entries: Vec::new(),
    };
    walk.folder(&root.path, "").map_err(|error| error::listing(&root.name, prefix, &error))?;
    let mut entries = walk.entries;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = if more { entries.last().map(|entry| entry.key.clone()) } else { None };
    Ok(Page { entries, next })
}

struct Walk<'a> {
    prefix: &'a str,
    after: Option<&'a str>,
    wanted: usize,
    entries: Vec<Entry>,
}

impl Walk<'_> {
    /// Visits a folder whose keys begin with `beginning`, which is empty or ends with a slash.
    fn folder(&mut self, path: &Path, beginning: &str) -> io::Result<()> {
        for name in names(path)? {
            if self.entries.len() == self.wanted {
                break;
            }
            let key = format!("{beginning}{name}");
            if !key.ends_with('/') {
                self.file(&path.join(&name), &key)?;
            } else if self.may_hold(&key) {
                self.folder(&path.join(&name), &key)?;
            }
        }
        Ok(())
    }

    /// Whether a key that is wanted can begin like this.
    fn may_hold(&self, folder: &str) -> bool {
        let in_prefix = folder.starts_with(self.prefix) || self.prefix.starts_with(folder);
        let ahead = self.after.is_none_or(|after| folder > after || after.starts_with(folder));
        in_prefix && ahead && folder.len() < MAX_KEY
    }

    fn file(&mut self, path: &Path, key: &str) -> io::Result<()> {
        if !key.starts_with(self.prefix) || self.after.is_some_and(|after| key <= after) {
            return Ok(());
        }
        // A file that someone else put here under a name that is no key cannot be asked for.
        let Ok(key) = key.parse() else { return Ok(()) };
        match path.symlink_metadata() {
            Ok(known) => {
                let modified = known.modified()?;
                self.entries.push(Entry { key, size: known.len(), modified });
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Names of the files and folders in a folder, folders with a slash: sorted like this, a walk meets all keys in the
/// order of their bytes.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match folder.read_dir() {
        // Deleted while we came here.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(name(&entry?)?);
    }
    names.sort_unstable();
    Ok(names)
}

fn name(entry: &DirEntry) -> io::Result<Option<String>> {
    let Ok(name) = entry.file_name().into_string() else { return Ok(None) };
    let kind = entry.file_type()?;
    Ok(if kind.is_dir() {
        Some(format!("{name}/"))
    } else if kind.is_file() {
        Some(name)
    } else {
        None
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn all(root: &Root, prefix: &str, limit: usize) -> Vec<String> {
        let prefix = prefix.parse().unwrap();
        let (mut keys, mut after) = (Vec::new(), None);
        loop {
            let page = list(root, &prefix, after.as_ref(), limit).unwrap();
            keys.extend(page.entries.into_iter().map(|entry| entry.key.to_string()));
            match page.next {
                None => return keys,
                next => after = next,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_walk_meets_keys_as_s3_does(
            keys in prop::collection::btree_set("[ab!0]{1,2}(/[ab!0]{1,2}){0,2}", 0..20),
            prefix in "([ab!0]{1,2}(/[ab!0]?)?)?",
            limit in 1_usize..5,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let root = Root::open(folder.path()).unwrap();
            // A key that would have to be a folder is left out, as the store refuses it.
            let kept: BTreeSet<&String> = keys.iter()
                .filter(|key| !keys.iter().any(|other| other.starts_with(&format!("{key}/"))))
                .collect();
            for key in &kept {
                let _created = root.create(&key.parse().unwrap(), &bytes::Bytes::new()).unwrap();
            }
            let expected: Vec<String> =
                kept.into_iter().filter(|key| key.starts_with(&prefix)).cloned().collect();
            prop_assert_eq!(all(&root, &prefix, limit), expected);
        }
    }
}
