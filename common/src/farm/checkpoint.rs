//! What an attempt records of each drawing that it has come to an end with.

use serde::{Deserialize, Serialize};

use super::commit::{CommittedDrawing, FailedDrawing};
use crate::queue::Token;

/// A checkpoint in the queue, one for each target in order. The next attempt copies what is there to its own prefix and
/// goes on after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checkpoint {
    /// It is painted; the files lie under the prefix of the attempt with this token.
    Painted {
        /// The attempt.
        token: Token,
        /// Its files.
        drawing: CommittedDrawing,
    },
    /// It cannot be painted, however often one tries.
    Failed(FailedDrawing),
}

impl Checkpoint {
    /// Key of the target.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Painted { drawing, .. } => &drawing.key,
            Self::Failed(failed) => &failed.key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;
    use crate::farm::Output;
    use crate::farm::manifest::MAX_NAME;
    use crate::queue::MAX_CHECKPOINT;

    /// The longest names, in the characters that JSON makes longest, must still fit.
    #[test]
    fn the_longest_checkpoint_fits_into_the_queue() {
        let key = "\"".repeat(MAX_NAME - 4) + ".png";
        let output = |name: &str| Output { name: name.into(), digest: Digest::of(b"x"), size: u64::MAX };
        let drawing = CommittedDrawing { painted: output(&key), sidecar: output(&key), key, review: 0 };
        let token = Token(format!("{}:{}", u64::MAX, "f".repeat(32)));
        let text = serde_json::to_string(&Checkpoint::Painted { token, drawing }).unwrap();
        assert!(text.len() <= MAX_CHECKPOINT, "{}", text.len());
    }
}
