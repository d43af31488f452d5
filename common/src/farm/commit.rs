//! The commit of a job: which attempt's results count, and what they are.

use serde::{Deserialize, Serialize};

use super::format::Format;
use super::job_id::JobId;
use super::layout;
use crate::Digest;
use crate::ids::{EpisodeId, WorkerId};
use crate::queue::Token;
use crate::store::StoreKey;

/// What stands in `jobs/<jid>/commit.json`, created once: the results of one attempt, for every episode with this job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// The version of this document.
    pub format: Format,
    /// The job.
    pub job: JobId,
    /// The episode it was painted for: the results lie below it.
    pub episode: EpisodeId,
    /// The attempt whose results count.
    pub token: Token,
    /// Who painted.
    pub worker: WorkerId,
    /// What was painted, in the order of the targets.
    pub drawings: Vec<CommittedDrawing>,
    /// What could not be painted, in the order of the targets.
    pub failed: Vec<FailedDrawing>,
    /// References that could not be used; the drawings are painted from the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unusable: Vec<UnusableReference>,
    /// How long the painting took, if the attempt painted anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

/// How fast an attempt painted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Drawings that it painted itself, not those of attempts before.
    pub drawings: u32,
    /// Seconds from its beginning until the last of them was uploaded.
    pub seconds: f64,
}

/// A reference that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnusableReference {
    /// Its name.
    pub name: String,
    /// What is wrong and what to do, in one line.
    pub error: String,
}

/// A painted drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommittedDrawing {
    /// Key of the target.
    pub key: String,
    /// The painted drawing.
    pub painted: Output,
    /// What is known of it, segment by segment.
    pub sidecar: Output,
    /// Segments that a person should look at.
    #[serde(default, skip_serializing_if = "is_none")]
    pub review: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_none(count: &u32) -> bool {
    *count == 0
}

/// A drawing that could not be painted; the others of the job could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedDrawing {
    /// Key of the target.
    pub key: String,
    /// What is wrong and what to do, in one line.
    pub error: String,
}

/// A file that an attempt wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Relative path with `/`, under which it is published.
    pub name: String,
    /// SHA-256 of its content.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

impl Commit {
    /// The document as it stands in the store, and the digest that the queue is told.
    ///
    /// # Errors
    /// Never for a commit in memory; the signature is that of the writer of JSON.
    pub fn to_json(&self) -> serde_json::Result<(Digest, Vec<u8>)> {
        let bytes = serde_json::to_vec(self)?;
        Ok((Digest::of(&bytes), bytes))
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// When the bytes are no commit, or one of a version that this program does not know.
    pub fn from_json(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }

    /// Where a file of this commit lies.
    #[must_use]
    pub fn key_of(&self, output: &Output) -> StoreKey {
        layout::output(&self.episode, &self.job, &self.token, &output.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Commit {
        let output = |name: &str| Output { name: name.into(), digest: Digest::of(name.as_bytes()), size: 9 };
        Commit {
            format: Format,
            job: JobId::of(b"spec"),
            episode: "e1".parse().unwrap(),
            token: Token("3:f00d".into()),
            worker: "node-7-x1".parse().unwrap(),
            drawings: vec![CommittedDrawing {
                key: "c1/A/1.tga".into(),
                painted: output("c1/A/1.png"),
                sidecar: output("c1/A/1.segments.json"),
                review: 2,
            }],
            failed: vec![FailedDrawing { key: "c1/A/2.tga".into(), error: "cut off in the middle".into() }],
            unusable: vec![UnusableReference { name: "front".into(), error: "of another size".into() }],
            pace: Some(Pace { drawings: 2, seconds: 0.25 }),
        }
    }

    #[test]
    fn a_commit_is_read_as_it_was_written() {
        let (digest, bytes) = commit().to_json().unwrap();
        assert_eq!(digest, Digest::of(&bytes));
        assert_eq!(Commit::from_json(&bytes).unwrap(), commit());
        assert!(Commit::from_json(&bytes[1..]).is_err());
    }

    #[test]
    fn results_lie_under_the_attempt_that_wrote_them() {
        let commit = commit();
        let key = commit.key_of(&commit.drawings[0].painted);
        assert_eq!(key.as_str(), format!("out/e1/{}/3:f00d/c1/A/1.png", commit.job));
    }
}
