//! Files in the store, by their content.

use serde::{Deserialize, Serialize};

use crate::Digest;

/// A file that was uploaded: it lies in the store under its digest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// SHA-256 of its content.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// The name it had, without folders, for messages; the extension says what kind of drawing it is.
    pub name: String,
}

/// A painted drawing with its line drawing: what others are painted from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobReference {
    /// Name in messages, reports and provenance.
    pub name: String,
    /// The line drawing.
    pub line: Blob,
    /// The painted drawing.
    pub painted: Blob,
}
