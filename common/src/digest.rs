//! SHA-256 digests: what tells whether a drawing, a reference or a model has changed.

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// A SHA-256 digest in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// A text that is no digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("digest {0:?}: expected the 64 lower-case hexadecimal digits of a SHA-256")]
pub struct InvalidDigest(String);

impl Digest {
    /// The digest of some bytes, such as the content of a file.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(sha2::Sha256::digest(bytes)))
    }

    /// The digest of what a reader yields, read in pieces.
    ///
    /// # Errors
    /// When reading fails.
    pub fn of_reader(mut reader: impl std::io::Read) -> std::io::Result<Self> {
        let mut hash = sha2::Sha256::new();
        let mut piece = vec![0; 1 << 20];
        loop {
            match reader.read(&mut piece)? {
                0 => return Ok(Self(hex::encode(hash.finalize()))),
                read => hash.update(&piece[..read]),
            }
        }
    }

    /// The digest of a list of parts. Each part goes in with its length, so that no two lists run together.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = sha2::Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hex::encode(hash.finalize()))
    }

    /// The digest that 64 lower-case hexadecimal digits spell.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let spelled = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        spelled.then(|| Self(text.to_owned()))
    }

    /// The 64 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, InvalidDigest> {
        Self::from_hex(&text).ok_or(InvalidDigest(text))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sha_256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").as_str(), empty);
        let long = vec![7; (1 << 20) + 5];
        assert_eq!(Digest::of_reader(long.as_slice()).unwrap(), Digest::of(&long));
    }

    #[test]
    fn a_digest_has_one_spelling() {
        let digest = Digest::of(b"x");
        assert_eq!(Digest::from_hex(digest.as_str()), Some(digest.clone()));
        assert_eq!(Digest::from_hex(&digest.as_str().to_uppercase()), None);
        assert_eq!(Digest::from_hex(&digest.as_str()[1..]), None);
        let read = |text: &str| serde_json::from_str::<Digest>(&format!("\"{text}\"")).ok();
        assert_eq!(read(digest.as_str()), Some(digest));
        assert_eq!(read("../../epoch.json"), None, "a digest becomes a part of a key of the store");
    }

    #[test]
    fn parts_do_not_run_together() {
        let one = Digest::of_parts([b"ab".as_slice(), b"c"]);
        let other = Digest::of_parts([b"a".as_slice(), b"bc"]);
        assert_ne!(one, other);
    }
}
