//! What must hold of an episode, however badly the farm fared.

use std::collections::BTreeMap;
use std::path::Path;

use common::farm::{Commit, JobId, JobSpec, layout};
use common::ids::EpisodeId;
use common::queue::{JobQueue as _, JobState, QueueError};
use common::store::{FrameStore, StoreKey, StorePrefix};
use serde::Serialize;
use serde_json::Value;

use crate::{Farm, Result, differences};

/// Keys of the queue, at most, whatever it holds.
const KEYS: u64 = 9;

/// What was found of an episode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Drawings that were compared with an undisturbed painting.
    pub drawings: u32,
    /// Jobs whose commits were looked at.
    pub jobs: u32,
    /// Everything that should not be, in words.
    pub violations: Vec<String>,
}

impl Verdict {
    /// Looks at an episode that has come to its end: every drawing is published with the bytes of `wanted` and committed
    /// once; no commit mixes attempts; the queue's counters are right; it has no keys too many.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub async fn of(farm: &Farm, episode: &str, status: &Value, wanted: &Path) -> Result<Self> {
        let mut verdict = Self::default();
        if status["state"] != "done" {
            verdict.violations.push(format!("episode {episode}: {status}"));
        }
        let out = tempfile::tempdir()?;
        farm.fetch(episode, out.path()).await?;
        verdict.violations.extend(differences(wanted, out.path())?);
        verdict.look_at_commits(farm.store().await?.as_ref(), &farm.specs().await?).await?;
        verdict.look_at_queue(farm, &episode.parse()?).await?;
        Ok(verdict)
    }

    /// Adds what was found after another episode on the same farm. All jobs are looked at each time.
    pub fn add(&mut self, other: Self) {
        self.drawings = other.drawings;
        self.jobs = other.jobs;
        self.violations.extend(other.violations);
    }

    async fn look_at_commits(&mut self, store: &dyn FrameStore, specs: &[JobId]) -> Result<()> {
        let mut painted: BTreeMap<(String, String), u32> = BTreeMap::new();
        for job in specs {
            let spec = JobSpec::from_json(job, &store.get(&layout::spec(job)).await?)?;
            let commit = Commit::from_json(&store.get(&layout::commit(job)).await?)?;
            self.jobs += 1;
            let targets: Vec<&str> = spec.targets.iter().map(|target| target.key.as_str()).collect();
            let committed: Vec<&str> = commit.drawings.iter().map(|drawing| drawing.key.as_str()).collect();
            if commit.job != *job || targets != committed {
                self.violations.push(format!("job {job}: committed {committed:?} of {targets:?}"));
            }
            for target in &spec.targets {
                *painted.entry((target.key.clone(), target.line.digest.to_string())).or_default() += 1;
            }
            for output in commit.drawings.iter().flat_map(|drawing| [&drawing.painted, &drawing.sidecar]) {
                let info = store.head(&commit.key_of(output)).await?;
                if info.is_none_or(|info| {
                    info.size != output.size || info.digest.is_some_and(|d| d != output.digest)
                }) {
                    self.violations.push(format!("job {job}: {} is not what was committed", output.name));
                }
            }
        }
        self.drawings += painted.len() as u32;
        let twice = painted.into_iter().filter(|(_, times)| *times != 1);
        self.violations.extend(twice.map(|((key, _), times)| format!("{key}: committed by {times} jobs")));
        Ok(())
    }

    async fn look_at_queue(&mut self, farm: &Farm, episode: &EpisodeId) -> Result<()> {
        let queue = farm.queue().await?;
        queue.join().await?;
        let findings = match queue.audit(episode).await {
            // One that is finished does not come back when the queue is rebuilt.
            Err(QueueError::NoEpisode(_)) => return Ok(()),
            other => other?,
        };
        if findings > 0 {
            self.violations.push(format!("episode {episode}: {findings} counters of the queue are wrong"));
        }
        let counts = queue.episode(episode).await?.counts;
        if counts.of(JobState::Done) != counts.total() {
            self.violations.push(format!("episode {episode}: the queue has {counts:?}"));
        }
        let keys = farm.keys_of_redis().await?;
        if keys > KEYS {
            self.violations.push(format!("the queue has {keys} keys, over {KEYS}"));
        }
        Ok(())
    }
}

/// Every job that the store has a specification of.
pub(crate) async fn specs(store: &dyn FrameStore) -> Result<Vec<JobId>> {
    let prefix: StorePrefix = "jobs/".parse()?;
    let (mut jobs, mut after): (Vec<JobId>, Option<StoreKey>) = (Vec::new(), None);
    loop {
        let page = store.list(&prefix, after.as_ref(), common::store::PAGE).await?;
        for entry in &page.entries {
            if entry.key.as_str().ends_with("/spec.json") {
                jobs.push(JobId::of(&store.get(&entry.key).await?));
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(jobs),
        }
    }
}
