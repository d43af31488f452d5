//! Commits that pictures are looked for in: they never change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use common::farm::{Commit, JobId};

use crate::api::ErrorCode;
use crate::service::Service;
use crate::web::fault::{Fault, Result};

/// Commits kept, at most.
const KEPT: usize = 512;

/// Commits by job.
#[derive(Debug, Default)]
pub struct Commits(Mutex<HashMap<JobId, Arc<Commit>>>);

impl Commits {
    /// The commit of a job.
    pub async fn get(&self, service: &Service, job: &JobId) -> Result<Arc<Commit>> {
        if let Some(commit) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(job) {
            return Ok(Arc::clone(commit));
        }
        let none = || Fault::new(ErrorCode::NotFound, format!("job {job}: not painted"));
        let (_, commit) = service.commit_of(job).await?.ok_or_else(none)?;
        let commit = Arc::new(commit);
        let mut commits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if commits.len() >= KEPT {
            commits.clear();
        }
        commits.insert(job.clone(), Arc::clone(&commit));
        Ok(commit)
    }
}
