//! An episode is taken in.

use common::Digest;
use common::farm::{Manifest, layout};
use common::ids::EpisodeId;
use common::store::Create;
use common::trace::TraceContext;

use super::Service;
use super::error::{Result, ServiceError};
use super::records::Record;
use crate::api::Submitted;
use crate::episode::pin;

/// Digits of the digest in an id: two submissions never share them.
const DIGITS: usize = 20;

impl Service {
    /// Takes an episode in. The same manifest with the same token is the same episode, however often it is submitted;
    /// with another token it is a new one, whose jobs are found painted.
    ///
    /// # Errors
    /// When the manifest cannot be painted, files of it are missing, or queue or store fail.
    pub async fn submit(&self, manifest: Manifest, token: Option<&str>) -> Result<Submitted> {
        self.submit_within(manifest, token, None).await
    }

    /// Takes an episode in, as a part of a trace. The workers that paint it tell the trace.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn submit_within(
        &self,
        manifest: Manifest,
        token: Option<&str>,
        trace: Option<TraceContext>,
    ) -> Result<Submitted> {
        let manifest = manifest.in_its_format();
        manifest.validate()?;
        let id = id(&manifest, token)?;
        let created = match self.read(&layout::manifest(&id), Manifest::from_json).await? {
            Some(_) => Create::Existed,
            None => self.take_in(&id, manifest).await?,
        };
        if let Some(trace) = trace {
            self.write_trace(&id, trace).await?;
        }
        let record = self.record(&id).await?;
        self.submitted(&record, created == Create::Created).await
    }

    /// Puts an episode of the store into the queue, unless it is over, and tells of it.
    pub(super) async fn submitted(&self, record: &Record, created: bool) -> Result<Submitted> {
        let (jobs, known) = if record.is_over() {
            let jobs = self.plan(record).await?.jobs.len() as u32;
            (jobs, jobs)
        } else {
            let enqueued = self.enqueue(record).await?;
            (enqueued.plan.jobs.len() as u32, enqueued.known)
        };
        let drawings = record.manifest.drawings() as u32;
        Ok(Submitted { id: record.id.clone(), created, drawings, jobs, known })
    }

    /// Writes the manifest of a new episode; from then on it exists.
    async fn take_in(&self, id: &EpisodeId, mut manifest: Manifest) -> Result<Create> {
        manifest.model = self.label(&manifest.model).await?.to_string();
        for model in manifest.clips.iter_mut().filter_map(|clip| clip.model.as_mut()) {
            *model = self.label(model).await?.to_string();
        }
        self.check_blobs(&manifest).await?;
        pin(&mut manifest, &self.rates().await?, self.settings.target_seconds);
        // What the queue would refuse must not be written down.
        self.draft(&manifest).await?;
        self.write_manifest(&layout::manifest(id), &manifest).await
    }
}

fn id(manifest: &Manifest, token: Option<&str>) -> Result<EpisodeId> {
    let bytes = manifest.to_json().map_err(|error| ServiceError::invalid(error.to_string()))?;
    let digest = Digest::of_parts([token.unwrap_or_default().as_bytes(), bytes.as_slice()]);
    format!("e{}", &digest.as_str()[..DIGITS])
        .parse()
        .map_err(|error| ServiceError::damaged("episode", error))
}
