//! What was submitted, in a file, so that a later start goes on from there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Digest;
use common::farm::Format;
use common::ids::EpisodeId;
use serde::{Deserialize, Serialize};

use crate::exit::CliError;

/// What was submitted of a folder.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
    content: Content,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    format: Format,
    cuts: BTreeMap<String, Remembered>,
}

/// A cut as it was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remembered {
    /// Names, sizes and times of its files: while they are the same, it is not read.
    pub listing: Digest,
    /// Its manifest: while that is the same, nothing is submitted.
    pub manifest: Digest,
    /// The episode.
    pub episode: EpisodeId,
}

impl Memory {
    /// What the file says; nothing, if there is none.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let content = match std::fs::read(path) {
            Ok(bytes) => parse(path, &bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Content::default(),
            Err(source) => return Err(CliError::Unreadable { path: path.to_path_buf(), source }),
        };
        Ok(Self { path: path.to_path_buf(), content })
    }

    pub fn get(&self, cut: &str) -> Option<&Remembered> {
        self.content.cuts.get(cut)
    }

    /// Remembers a cut, and writes the file.
    pub fn put(&mut self, cut: &str, remembered: Remembered) -> Result<(), CliError> {
        self.content.cuts.insert(cut.to_owned(), remembered);
        let unwritable = |source| CliError::Unwritable { path: self.path.clone(), source };
        let bytes = serde_json::to_vec(&self.content).map_err(|error| unwritable(error.into()))?;
        worker::write_whole(&self.path, &bytes).map_err(unwritable)
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Content, CliError> {
    serde_json::from_slice(bytes).map_err(|error| {
        CliError::Usage(format!(
            "{}: not what `shiage watch` writes ({error}); remove it: what was painted is found painted",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn remembered(text: &str) -> Remembered {
        Remembered {
            listing: Digest::of(text.as_bytes()),
            manifest: Digest::of(b"manifest"),
            episode: "e1".parse().unwrap(),
        }
    }

    #[test]
    fn a_later_start_knows_what_was_submitted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("watch.json");
        let mut memory = Memory::open(&path).unwrap();
        assert!(memory.get("c1").is_none());
        memory.put("c1", remembered("a")).unwrap();
        memory.put("c1", remembered("b")).unwrap();
        assert_eq!(Memory::open(&path).unwrap().get("c1"), Some(&remembered("b")));
        std::fs::write(&path, "{\"format\":1,\"cuts\":[]}").unwrap();
        let error = Memory::open(&path).unwrap_err().to_string();
        assert!(error.contains("watch.json") && error.contains("remove it"), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = parse(Path::new("watch.json"), &bytes);
        }

        #[test]
        fn what_is_written_is_read(cuts in prop::collection::btree_map("\\PC{0,8}", "[a-z]{1,4}", 0..5)) {
            let cuts = cuts.into_iter().map(|(cut, text)| (cut, remembered(&text))).collect();
            let content = Content { format: Format, cuts };
            let bytes = serde_json::to_vec(&content).unwrap();
            prop_assert_eq!(parse(Path::new("watch.json"), &bytes).unwrap(), content);
        }
    }
}
