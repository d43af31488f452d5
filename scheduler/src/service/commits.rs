//! What commits say, kept in memory: they never change.

use std::sync::{Arc, PoisonError};

use common::farm::{FailedDrawing, JobId};

use super::Service;
use super::error::Result;

/// Commits remembered, at most.
const KEPT: usize = 200_000;

/// What a summary tells of a commit.
#[derive(Debug)]
pub(super) struct CommitFacts {
    pub failed: Vec<FailedDrawing>,
    /// References that could not be used, and why.
    pub unusable: Vec<String>,
}

impl Service {
    /// What the commit of a job says; none if there is none.
    pub(super) async fn facts_of_commit(&self, job: &JobId) -> Result<Option<Arc<CommitFacts>>> {
        if let Some(facts) = self.commits.lock().unwrap_or_else(PoisonError::into_inner).get(job) {
            return Ok(Some(Arc::clone(facts)));
        }
        let Some((_, commit)) = self.commit_of(job).await? else { return Ok(None) };
        let unusable =
            commit.unusable.iter().map(|unusable| format!("{}: {}", unusable.name, unusable.error));
        let facts = Arc::new(CommitFacts { unusable: unusable.collect(), failed: commit.failed });
        let mut commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        if commits.len() >= KEPT {
            commits.clear();
        }
        commits.insert(job.clone(), Arc::clone(&facts));
        Ok(Some(facts))
    }
}
