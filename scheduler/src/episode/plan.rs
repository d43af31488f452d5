//! The plan of an episode: a manifest becomes jobs.

use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{BlobReference, JobId, JobSpec, Manifest, SpecFormat, Target};
use common::queue::{Affinity, MAX_COST_MS, MAX_JOBS};

use super::cut::pieces;
use super::rates::Rates;
use super::size::job_drawings;
use crate::runs::{Run, carries, runs};

/// A job of an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Name of its clip.
    pub clip: String,
    /// What is painted.
    pub spec: JobSpec,
    /// Its id, which is that of the same work in any other episode.
    pub id: JobId,
    /// The job of this plan that must be done first, by index, if it continues one.
    pub needs: Vec<u32>,
    /// Expected milliseconds of work.
    pub cost_ms: u32,
    /// Which references it is painted from.
    pub affinity: Affinity,
}

/// An episode that the farm cannot take as it is.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// More jobs than the queue takes.
    #[error(
        "the episode: over {MAX_JOBS} jobs; raise job_drawings or the target seconds of a job, or submit it in parts"
    )]
    TooManyJobs,
    /// A job that nobody would wait for.
    #[error(
        "clip {clip}: {drawings} drawings in one job would take {hours} hours, over the {} that a job may; lower its \
         job_drawings, or correct the rate of the model",
        MAX_COST_MS / 3_600_000
    )]
    TooLong {
        /// Name of the clip.
        clip: String,
        /// Drawings in the job.
        drawings: usize,
        /// Expected hours.
        hours: u64,
    },
    /// The specification could not be written down.
    #[error("clip {clip}: its jobs cannot be written as JSON: {source}")]
    Unwritable {
        /// Name of the clip.
        clip: String,
        /// What the writer says.
        source: serde_json::Error,
    },
}

/// Plans a valid manifest. Every drawing that is not given painted is a target of exactly one job.
///
/// Runs are cut into jobs of about `target_seconds` by the measured `rates`, or as the clip says. In a mode that carries,
/// a job continues the one before it and needs it; in the others all jobs are independent.
///
/// # Errors
/// When the queue would not take the jobs.
pub fn plan(manifest: &Manifest, rates: &Rates, target_seconds: u32) -> Result<Vec<Planned>, PlanError> {
    let mut jobs = Vec::new();
    for clip in &manifest.clips {
        ClipPlan::new(manifest, clip, rates, target_seconds).add(&mut jobs)?;
    }
    Ok(jobs)
}

/// What stands before the next job of a run.
enum Before {
    /// The run's anchor, or nothing.
    Anchor,
    /// What another job of the plan, by index, painted last.
    Job(u32),
    /// A drawing that a person has corrected.
    Corrected(BlobReference),
}

/// What all jobs of a clip share.
struct ClipPlan<'a> {
    manifest: &'a Manifest,
    clip: &'a ManifestClip,
    sheets: Vec<BlobReference>,
    carry: bool,
    /// Drawings in a job.
    count: usize,
    /// Expected milliseconds for a drawing.
    each_ms: u64,
}

impl<'a> ClipPlan<'a> {
    fn new(manifest: &'a Manifest, clip: &'a ManifestClip, rates: &Rates, target_seconds: u32) -> Self {
        Self {
            manifest,
            clip,
            sheets: manifest.sheets_of(clip).cloned().collect(),
            carry: carries(manifest.mode_of(clip)),
            count: job_drawings(manifest, clip, rates, target_seconds) as usize,
            each_ms: rates.of(manifest.model_of(clip)).milliseconds(clip.size),
        }
    }

    fn add(&self, jobs: &mut Vec<Planned>) -> Result<(), PlanError> {
        let anchors: Vec<bool> = self.clip.drawings.iter().map(ManifestDrawing::is_anchor).collect();
        for run in runs(&anchors, self.manifest.mode_of(self.clip)) {
            self.add_run(&run, jobs)?;
        }
        Ok(())
    }

    fn add_run(&self, run: &Run, jobs: &mut Vec<Planned>) -> Result<(), PlanError> {
        let anchor = run.anchor.and_then(|i| self.clip.drawings[i].reference());
        if anchor.is_none() && self.sheets.is_empty() {
            return Ok(());
        }
        let mut before = Before::Anchor;
        for piece in pieces(&run.positions, self.count) {
            for part in self.parts(piece) {
                self.add_part(part, anchor.as_ref(), &mut before, jobs)?;
            }
        }
        Ok(())
    }

    /// A piece of a chain ends at each corrected drawing and goes on after it: the jobs of the other pieces, and what
    /// stands before it in its own, stay as they were.
    fn parts<'p>(&'p self, piece: &'p [usize]) -> impl Iterator<Item = &'p [usize]> {
        piece.split_inclusive(|&i| self.carry && self.clip.drawings[i].corrected)
    }

    fn add_part(
        &self,
        part: &[usize],
        anchor: Option<&BlobReference>,
        before: &mut Before,
        jobs: &mut Vec<Planned>,
    ) -> Result<(), PlanError> {
        let targets = self.targets(part);
        if !targets.is_empty() {
            if jobs.len() == MAX_JOBS {
                return Err(PlanError::TooManyJobs);
            }
            let index = jobs.len() as u32;
            let job = self.job(anchor.cloned(), before, targets, jobs)?;
            jobs.push(job);
            if self.carry {
                *before = Before::Job(index);
            }
        }
        let last = part.last().map(|&i| &self.clip.drawings[i]).filter(|last| self.carry && last.corrected);
        if let Some(corrected) = last.and_then(ManifestDrawing::reference) {
            *before = Before::Corrected(corrected);
        }
        Ok(())
    }

    fn targets(&self, piece: &[usize]) -> Vec<Target> {
        let target =
            |drawing: &ManifestDrawing| Target { key: drawing.key.clone(), line: drawing.line.clone() };
        let drawings = piece.iter().map(|&i| &self.clip.drawings[i]);
        drawings.filter(|drawing| drawing.painted.is_none()).map(target).collect()
    }

    fn job(
        &self,
        anchor: Option<BlobReference>,
        before: &Before,
        targets: Vec<Target>,
        jobs: &[Planned],
    ) -> Result<Planned, PlanError> {
        let (needs, continues, follows) = match before {
            Before::Anchor => (Vec::new(), None, None),
            Before::Job(index) => (vec![*index], Some(jobs[*index as usize].id.clone()), None),
            Before::Corrected(reference) => (Vec::new(), None, Some(reference.clone())),
        };
        let cost_ms = self.cost_ms(targets.len())?;
        let spec = JobSpec {
            format: SpecFormat::of(&self.manifest.rules),
            model: self.manifest.model_of(self.clip).to_owned(),
            alpha: self.manifest.alpha,
            output: self.manifest.output,
            rules: self.manifest.rules.clone(),
            anchor,
            continues,
            follows,
            carry: self.carry,
            sheets: self.sheets.clone(),
            targets,
        };
        let affinity = spec.affinity();
        let (id, _) =
            spec.to_json().map_err(|source| PlanError::Unwritable { clip: self.clip.name(), source })?;
        Ok(Planned { clip: self.clip.name(), spec, id, needs, cost_ms, affinity })
    }

    fn cost_ms(&self, drawings: usize) -> Result<u32, PlanError> {
        let cost = self.each_ms.saturating_mul(drawings as u64);
        let fits = u32::try_from(cost).ok().filter(|&cost| cost <= MAX_COST_MS);
        let hours = cost / 3_600_000;
        fits.ok_or_else(|| PlanError::TooLong { clip: self.clip.name(), drawings, hours })
    }
}
