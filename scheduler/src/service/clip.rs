//! A clip, drawing by drawing.

use cel::PaintRules;
use cel::rules::WhiteRule;
use common::Digest;
use common::farm::manifest::{ManifestClip, ManifestDrawing};
use common::farm::{Alpha, BlobReference, JobId};
use common::ids::EpisodeId;
use common::queue::JobState;

use super::Service;
use super::error::{Result, ServiceError};
use super::read::Look;
use crate::api::{DrawingState, EpisodeView, Summary};

/// A clip with what its drawings are painted from.
#[derive(Clone, Debug)]
pub struct ClipDetail {
    /// The episode.
    pub episode: Summary,
    /// Its name, `CUT/CEL`.
    pub name: String,
    /// Its reference mode.
    pub mode: common::Mode,
    /// The clips before and after it in the episode.
    pub beside: [Option<String>; 2],
    /// How alpha is read in its line drawings.
    pub alpha: Alpha,
    /// What is agreed for the show about traces and white.
    pub rules: PaintRules,
    /// Its drawings in order.
    pub drawings: Vec<DrawingDetail>,
    /// Painted drawings whose colours it may have: its sheets, then its own that are given painted or corrected.
    pub references: Vec<BlobReference>,
}

impl ClipDetail {
    /// What the segments of its drawings and their colours follow from.
    #[must_use]
    pub const fn reading(&self) -> Reading {
        Reading { alpha: self.alpha, gaps: self.rules.close_gaps, white: self.rules.white }
    }
}

/// What the segments of a drawing and their colours follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reading {
    /// How alpha is read.
    pub alpha: Alpha,
    /// Gaps that are closed, in pixels.
    pub gaps: u32,
    /// What white means in files without alpha.
    pub white: WhiteRule,
}

/// A drawing of a clip.
#[derive(Clone, Debug)]
pub struct DrawingDetail {
    /// Its key.
    pub key: String,
    /// Where it is.
    pub state: DrawingState,
    /// Why it failed.
    pub error: Option<String>,
    /// Digest of the line drawing.
    pub line: Digest,
    /// How it is painted, if it is.
    pub painting: Option<Painting>,
    /// Whether a person has corrected it.
    pub corrected: bool,
}

/// Where a painted drawing lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Painting {
    /// It was given, or corrected: an uploaded file.
    Given(Digest),
    /// A job has painted it, and its commit says where.
    Committed(JobId),
}

/// An episode at a glance.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The episode with its clips.
    pub episode: EpisodeView,
    /// For each clip a drawing that shows what it is.
    pub posters: Vec<Option<DrawingDetail>>,
    /// Drawings that could not be painted.
    pub failures: Vec<Failed>,
}

/// A drawing that could not be painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Name of its clip.
    pub clip: String,
    /// Its key.
    pub key: String,
    /// Why.
    pub error: String,
}

impl Service {
    /// A clip of an episode by name.
    ///
    /// # Errors
    /// When there is no such episode or clip, or queue or store fail.
    pub async fn clip(&self, id: &EpisodeId, name: &str) -> Result<ClipDetail> {
        let look = self.look(id).await?;
        let clips = &look.record.manifest.clips;
        let none = || ServiceError::NotFound(format!("clip {name}: episode {id} has none of this name"));
        let place = clips.iter().position(|clip| clip.name() == name).ok_or_else(none)?;
        let name_of = |place: Option<usize>| clips.get(place?).map(ManifestClip::name);
        let clip = &clips[place];
        let drawings = clip.drawings.iter().map(|drawing| look.detail(name, drawing));
        let own = clip.drawings.iter().filter_map(ManifestDrawing::reference);
        Ok(ClipDetail {
            episode: look.summary(),
            name: name.to_owned(),
            mode: look.record.manifest.mode_of(clip),
            beside: [name_of(place.checked_sub(1)), name_of(Some(place + 1))],
            alpha: look.record.manifest.alpha,
            rules: look.record.manifest.rules.clone(),
            drawings: drawings.collect::<Result<_>>()?,
            references: look.record.manifest.sheets_of(clip).cloned().chain(own).collect(),
        })
    }

    /// An episode with a drawing of each clip and what failed, `failures` drawings at most.
    ///
    /// # Errors
    /// When there is no such episode, or queue or store fail.
    pub async fn overview(&self, id: &EpisodeId, failures: usize) -> Result<Overview> {
        let look = self.look(id).await?;
        let poster = |clip: &ManifestClip| {
            let middle = clip.drawings.get(clip.drawings.len() / 2)?;
            Some(look.detail(&clip.name(), middle))
        };
        let clips = &look.record.manifest.clips;
        let failed = look.failed();
        Ok(Overview {
            posters: clips.iter().map(|clip| poster(clip).transpose()).collect::<Result<_>>()?,
            failures: failed.take(failures).collect(),
            episode: look.view(),
        })
    }
}

impl Look {
    fn detail(&self, clip: &str, drawing: &ManifestDrawing) -> Result<DrawingDetail> {
        let view = self.drawing(&self.record.run()?, clip, &drawing.key);
        let given = drawing.painted.as_ref().map(|painted| Painting::Given(painted.digest.clone()));
        let painting = given.or_else(|| self.committed(&drawing.key));
        Ok(DrawingDetail {
            key: view.key,
            // Without anything to paint it from, it belongs to no job and is not given either.
            state: if view.job.is_none() && painting.is_none() { DrawingState::Waiting } else { view.state },
            error: view.error,
            line: drawing.line.digest.clone(),
            painting,
            corrected: drawing.corrected,
        })
    }

    /// The drawings that could not be painted, in the order of the plan.
    fn failed(&self) -> impl Iterator<Item = Failed> {
        let jobs = self.plan.jobs.iter().zip(&self.jobs);
        let bad = jobs.filter(|(_, facts)| facts.state == JobState::Dead || !facts.failed.is_empty());
        bad.flat_map(|(job, facts)| {
            let targets = job.spec.targets.iter().enumerate();
            targets.filter_map(|(place, target)| {
                let (state, error) = facts.drawing(place, &target.key);
                let error = error.filter(|_| state == DrawingState::Failed)?;
                Some(Failed { clip: job.clip.clone(), key: target.key.clone(), error })
            })
        })
    }

    fn committed(&self, key: &str) -> Option<Painting> {
        let index = *self.plan.by_key.get(key)? as usize;
        let facts = &self.jobs[index];
        let painted = facts.state == JobState::Done && facts.failed.iter().all(|failed| failed.key != key);
        painted.then(|| Painting::Committed(self.plan.jobs[index].id.clone()))
    }
}
