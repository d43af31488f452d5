//! How fast the farm's models paint is learnt from what they have painted.

use std::collections::BTreeMap;

use bytes::Bytes;
use common::farm::layout;

use super::progress::Progress;
use crate::episode::{Planned, Rates};
use crate::rounds::shared::Shared;
use crate::service::{Record, Result, ServiceError};

/// Learns from the jobs of an episode that has come to its end. Two schedulers that do so at once lose one's measurement,
/// which the next episode makes up for.
pub(super) async fn learn(shared: &Shared, record: &Record, progress: &Progress) -> Result<()> {
    let plan = shared.service.plan(record).await?;
    let before = shared.service.rates().await?;
    let sizes = record.manifest.clips.iter().map(|clip| (clip.name(), clip.size)).collect();
    let after = learnt(&before, &plan.jobs, &sizes, progress);
    if after == before {
        return Ok(());
    }
    let key = layout::rates();
    let bytes = serde_json::to_vec(&after).map_err(|error| ServiceError::damaged(&key, error))?;
    shared.store().put(&key, Bytes::from(bytes)).await?;
    Ok(())
}

fn learnt(
    before: &Rates,
    jobs: &[Planned],
    sizes: &BTreeMap<String, Option<[u32; 2]>>,
    progress: &Progress,
) -> Rates {
    let mut taken: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (index, outcome) in &progress.published {
        let (Some(job), Some(pace)) = (jobs.get(*index as usize), outcome.pace) else { continue };
        let each_ms = before.of(&job.spec.model).milliseconds(sizes.get(&job.clip).copied().flatten());
        let (seconds, expected) = taken.entry(&job.spec.model).or_default();
        *seconds += pace.seconds;
        *expected += f64::from(pace.drawings) * each_ms as f64 / 1_000.0;
    }
    let mut after = before.clone();
    for (model, (seconds, expected)) in taken {
        after.learn(model, seconds, expected);
    }
    after
}
