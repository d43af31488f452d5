//! The version that documents in the store begin with.

use serde::{Deserialize, Serialize};

/// The version of commits and of everything else that has only had one yet: 1. Others are refused. Manifests and specs have
/// a [`SpecFormat`](super::SpecFormat).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Format;

/// A document of another version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("format {0}: this program knows format 1; update it")]
pub struct OtherFormat(u32);

impl TryFrom<u32> for Format {
    type Error = OtherFormat;

    fn try_from(version: u32) -> Result<Self, OtherFormat> {
        if version == 1 { Ok(Self) } else { Err(OtherFormat(version)) }
    }
}

impl From<Format> for u32 {
    fn from(_: Format) -> Self {
        1
    }
}
