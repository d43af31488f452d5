//! The specification of a job: what a worker is to paint, from what, and how.

use cel::PaintRules;
use serde::{Deserialize, Serialize};

use super::blob::{Blob, BlobReference};
use super::job_id::JobId;
use super::options::{Alpha, OutputFormat};
use super::spec_format::{LaterFormat, SpecFormat};
use crate::ids::Show;
use crate::queue::Affinity;
use crate::trace::TraceContext;

/// What a worker reads from `jobs/<jid>/spec.json`: everything that its results follow from, and nothing else. The
/// digest of its bytes is the job's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobSpec {
    /// The version of this document.
    pub format: SpecFormat,
    /// Name of the model that paints, as in the manifest.
    pub model: String,
    /// How alpha is read in line drawings.
    pub alpha: Alpha,
    /// The kind of file to write.
    pub output: OutputFormat,
    /// What is agreed for the show about traces and white.
    #[serde(default, skip_serializing_if = "PaintRules::is_default")]
    pub rules: PaintRules,
    /// The painted drawing of the clip that the run starts from, if the mode uses one. It is a reference of every
    /// target, also of those in jobs that continue the run.
    pub anchor: Option<BlobReference>,
    /// The job whose last painted drawing stands before the first target, where a run was cut. If all of that job's
    /// drawings failed, it is the one that stood before that job; in the end, the anchor alone.
    pub continues: Option<JobId>,
    /// A drawing that a person has corrected and that stands before the first target, in place of a job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<BlobReference>,
    /// Whether each painted drawing is a reference of the next one, before the anchor.
    pub carry: bool,
    /// Design sheets: references of every target, after the others.
    pub sheets: Vec<BlobReference>,
    /// The drawings to paint, in the order to paint them.
    pub targets: Vec<Target>,
}

/// A drawing to paint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Relative path with `/`, unique in the episode.
    pub key: String,
    /// The line drawing.
    pub line: Blob,
}

/// What the queue hands to a worker: where to read on. Fields that a newer scheduler adds are ignored: what the results
/// follow from stands in the spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The job.
    pub job: JobId,
    /// Name of its clip in this episode, for messages.
    pub clip: String,
    /// The show that it belongs to, for metrics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<Show>,
    /// The trace that it was submitted in. It stands here and not in the spec, which is the same whoever asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceContext>,
}

/// What every version of a spec says.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// A spec that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// It is not what the id promises.
    #[error("job {asked}: its spec is that of job {found}; remove the spec and submit the episode again")]
    OtherJob {
        /// The job that was asked for.
        asked: JobId,
        /// The job that the bytes belong to.
        found: JobId,
    },
    /// It is of a later version: another worker may read it.
    #[error("job {job}: its spec has {source}")]
    Later {
        /// The job.
        job: JobId,
        /// Which version.
        source: LaterFormat,
    },
    /// It is what was written, but not understood.
    #[error("job {job}: its spec is not understood ({source}); do all processes run the same version?")]
    Unknown {
        /// The job.
        job: JobId,
        /// What the parser says.
        source: serde_json::Error,
    },
}

impl JobSpec {
    /// The document as it stands in the store, and its id.
    ///
    /// # Errors
    /// Never for a spec in memory; the signature is that of the writer of JSON.
    pub fn to_json(&self) -> serde_json::Result<(JobId, Vec<u8>)> {
        let bytes = serde_json::to_vec(self)?;
        Ok((JobId::of(&bytes), bytes))
    }

    /// Which references the job is painted from, as the queue knows them. Sheets are many and serve many clips, so they
    /// decide; an anchor, which serves one clip, only where there are none.
    #[must_use]
    pub fn affinity(&self) -> Affinity {
        let decisive = if self.sheets.is_empty() { self.anchor.as_slice() } else { &self.sheets };
        let mut text = self.model.clone();
        for reference in decisive {
            text.push_str(reference.line.digest.as_str());
            text.push_str(reference.painted.digest.as_str());
        }
        Affinity::of(&text)
    }

    /// Reads the spec of a job and makes sure that it is this job's.
    ///
    /// # Errors
    /// When the bytes are not the spec of this job, or of a version that this program does not know.
    pub fn from_json(job: &JobId, bytes: &[u8]) -> Result<Self, SpecError> {
        let found = JobId::of(bytes);
        if found != *job {
            return Err(SpecError::OtherJob { asked: job.clone(), found });
        }
        let unknown = |source| SpecError::Unknown { job: found.clone(), source };
        let Version { format } = serde_json::from_slice(bytes).map_err(unknown)?;
        if let Err(source) = SpecFormat::try_from(format) {
            return Err(SpecError::Later { job: found, source });
        }
        serde_json::from_slice(bytes).map_err(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;

    fn blob(name: &str) -> Blob {
        Blob { digest: Digest::of(name.as_bytes()), size: name.len() as u64, name: name.into() }
    }

    fn spec() -> JobSpec {
        let pair = |name: &str| BlobReference {
            name: name.into(),
            line: blob(&format!("{name}.line.png")),
            painted: blob(&format!("{name}.png")),
        };
        JobSpec {
            format: SpecFormat::FIRST,
            model: "builtin".into(),
            alpha: Alpha::Composite,
            output: OutputFormat::Same,
            rules: PaintRules::default(),
            anchor: Some(pair("A1")),
            continues: Some(JobId::of(b"earlier")),
            follows: None,
            carry: true,
            sheets: vec![pair("front"), pair("back")],
            targets: vec![Target { key: "c012/A/A2.tga".into(), line: blob("A2.tga") }],
        }
    }

    #[test]
    fn a_spec_is_read_as_it_was_written() {
        let (id, bytes) = spec().to_json().unwrap();
        assert_eq!(JobSpec::from_json(&id, &bytes).unwrap(), spec());
    }

    /// Jobs that were painted yesterday must be found today: a change of the document must be meant, and then needs a new
    /// format.
    #[test]
    fn the_id_of_a_spec_stays() {
        let (id, _) = spec().to_json().unwrap();
        assert_eq!(id.as_str(), "e2e06accb5026b3b7716f42701f0ed0d685994de279d40aa7d3076f64bb6c01f");
    }

    #[test]
    fn another_spec_is_refused() {
        let (id, mut bytes) = spec().to_json().unwrap();
        bytes.push(b'\n');
        assert!(matches!(JobSpec::from_json(&id, &bytes), Err(SpecError::OtherJob { .. })));
        let later = br#"{"format":3,"more":true}"#;
        let error = JobSpec::from_json(&JobId::of(later), later).unwrap_err();
        assert!(
            matches!(error, SpecError::Later { .. }) && error.to_string().contains("format 3"),
            "{error}"
        );
        let unknown = br#"{"format":2,"more":true}"#;
        let error = JobSpec::from_json(&JobId::of(unknown), unknown).unwrap_err().to_string();
        assert!(error.contains("same version"), "{error}");
    }

    #[test]
    fn a_payload_is_small() {
        let payload = Payload {
            job: JobId::of(b"x"),
            clip: "c012/A".into(),
            show: Some("Show".parse().unwrap()),
            trace: Some(TraceContext::root()),
        };
        let text = serde_json::to_string(&payload).unwrap();
        assert_eq!(serde_json::from_str::<Payload>(&text).unwrap(), payload);
        assert!(text.len() < 200, "{text}");
    }
}
