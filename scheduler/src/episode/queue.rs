//! A plan as the queue takes it.

use common::Digest;
use common::farm::{JobId, JobSpec, Manifest, Payload};
use common::ids::{EpisodeId, Pool};
use common::queue::{NewEpisode, NewJob};
use common::trace::TraceContext;

use super::plan::{PlanError, Planned};

/// The episode and its jobs for the queue: each for the workers that serve the `pool` of its spec, and those that
/// `committed` knows the commit of as done. All are told the trace.
///
/// # Errors
/// When a payload cannot be written down.
pub fn to_queue(
    id: &EpisodeId,
    (manifest, trace): (&Manifest, Option<TraceContext>),
    plan: &[Planned],
    pool: impl Fn(&JobSpec) -> Pool,
    committed: impl Fn(&JobId) -> Option<Digest>,
) -> Result<(NewEpisode, Vec<NewJob>), PlanError> {
    let episode = NewEpisode {
        id: id.clone(),
        show: manifest.show.clone(),
        user: manifest.user.clone(),
        priority: manifest.priority,
    };
    let jobs = plan
        .iter()
        .map(|job| {
            let (show, clip) = (Some(manifest.show.clone()), job.clip.clone());
            let payload = Payload { job: job.id.clone(), clip, show, trace };
            new_job(job, &payload, pool(&job.spec), committed(&job.id))
        })
        .collect::<Result<_, _>>()?;
    Ok((episode, jobs))
}

fn new_job(
    job: &Planned,
    payload: &Payload,
    pool: Pool,
    committed: Option<Digest>,
) -> Result<NewJob, PlanError> {
    let payload = serde_json::to_string(payload)
        .map_err(|source| PlanError::Unwritable { clip: job.clip.clone(), source })?;
    Ok(NewJob {
        pool,
        cost_ms: job.cost_ms,
        affinity: job.affinity,
        needs: job.needs.clone(),
        payload,
        committed,
    })
}
