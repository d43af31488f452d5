//! How many drawings make a job.

use common::farm::Manifest;
use common::farm::manifest::{MAX_JOB_DRAWINGS, ManifestClip};

use super::rates::Rates;

/// Writes into each clip how many drawings make a job, where that is not decided yet. To be called once, when an episode
/// is taken in: rates change from day to day, and jobs of other sizes are other jobs, with nothing painted yet.
pub fn pin(manifest: &mut Manifest, rates: &Rates, target_seconds: u32) {
    let counts: Vec<u32> =
        manifest.clips.iter().map(|clip| job_drawings(manifest, clip, rates, target_seconds)).collect();
    for (clip, count) in manifest.clips.iter_mut().zip(counts) {
        clip.job_drawings = Some(count);
    }
}

/// Drawings in a job of this clip: as decided, or else the power of two that comes closest to the target from below.
/// Powers of two, so that rates which differ a little, on another day or for the next version of an episode, give the
/// same jobs.
pub(super) fn job_drawings(
    manifest: &Manifest,
    clip: &ManifestClip,
    rates: &Rates,
    target_seconds: u32,
) -> u32 {
    let fitting = || {
        let each = rates.of(manifest.model_of(clip)).milliseconds(clip.size);
        let most = (u64::from(target_seconds) * 1_000 / each).clamp(1, u64::from(MAX_JOB_DRAWINGS)) as u32;
        1 << most.ilog2()
    };
    clip.job_drawings.unwrap_or_else(fitting)
}
