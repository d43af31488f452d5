//! The end of an episode, as the store keeps it.

use serde::{Deserialize, Serialize};

use super::format::Format;

/// What stands in `episodes/<eid>/finished.json` when all jobs of a revision have come to their end and everything that
/// was painted lies under `done/`. The queue needs the episode no more, and is not told of it when it is rebuilt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finished {
    /// The version of this document.
    pub format: Format,
    /// The revision of the manifest that is finished; a later one is not.
    pub revision: u32,
    /// Drawings that were painted.
    pub painted: u32,
    /// Drawings that were given painted.
    pub given: u32,
    /// Drawings that could not be painted, those of dead jobs included.
    pub failed: u32,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
}

impl Finished {
    /// The document as it stands in the store.
    ///
    /// # Errors
    /// Never for a document in memory; the signature is that of the writer of JSON.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// Reads the document.
    ///
    /// # Errors
    /// When the bytes are none, or one of a version that this program does not know.
    pub fn from_json(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}
