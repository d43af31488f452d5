//! Names under which drawings go out: relative, plain, and no two in each other's way.

use std::collections::{HashMap, HashSet};

use super::MAX_NAME;
use crate::farm::options::split_extension;

/// Why a text cannot be the key of a drawing, if it cannot.
pub(super) fn key_fault(key: &str) -> Option<String> {
    let unusable = |part: &str| matches!(part, "" | "." | "..");
    if key.len() > MAX_NAME {
        Some(format!("its key has {} bytes; at most {MAX_NAME}: shorten it", key.len()))
    } else if key.split('/').any(unusable) {
        Some("its key leaves the episode or is no path: use a relative one such as c012/A/A0001.tga".into())
    } else if key.contains(|c: char| c.is_control() || matches!(c, '\\' | '\u{fffe}' | '\u{ffff}')) {
        Some("its key holds a backslash or a control character: rename the file".into())
    } else {
        extension_fault(key)
    }
}

/// Why a file cannot be a drawing by its name, if it cannot.
pub(super) fn extension_fault(name: &str) -> Option<String> {
    let (_, extension) = split_extension(name);
    let known = ["png", "tga"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    (!known).then(|| format!("{name:?} does not end in .png or .tga: export it as one of these"))
}

/// The names that are taken.
#[derive(Default)]
pub(super) struct Taken {
    keys: HashSet<String>,
    /// Keys without extension in lower case, for which sidecars are named.
    stems: HashMap<String, String>,
}

impl Taken {
    /// Takes a key, or tells who has it.
    pub fn take(&mut self, key: &str) -> Option<String> {
        if !self.keys.insert(key.to_owned()) {
            return Some("another drawing has this key: each key may occur once in an episode".into());
        }
        let stem = split_extension(key).0.to_lowercase();
        let first = self.stems.insert(stem, key.to_owned())?;
        Some(format!("its sidecar would have the name of that of {first:?}: rename one of them"))
    }

    /// The keys that are also folders of others, sorted.
    pub fn folders(&self) -> Vec<&str> {
        let above =
            |key: &str| key.match_indices('/').map(|(end, _)| key[..end].to_owned()).collect::<Vec<_>>();
        let folders: HashSet<String> = self.keys.iter().flat_map(|key| above(key)).collect();
        let mut both: Vec<&str> =
            self.keys.iter().filter(|key| folders.contains(*key)).map(String::as_str).collect();
        both.sort_unstable();
        both
    }
}
