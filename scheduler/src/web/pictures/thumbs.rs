//! Small pictures: made when first looked at, then kept in the store under the digest of what they show.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use common::Digest;
use common::farm::{Commit, JobId, layout};
use common::store::{Create, FrameStore, StoreErrorKind, StoreKey};

use super::commits::Commits;
use super::{apart, decode, encode, trim};
use crate::service::{Service, ServiceError};
use crate::web::fault::{Fault, Result};

/// The longer side of a small picture, in pixels.
const SIDE: u32 = 320;
/// Pictures made between two looks at how much room they take.
const PER_TRIM: u32 = 500;

/// Makes small pictures.
#[derive(Debug)]
pub struct Thumbs {
    store: Arc<dyn FrameStore>,
    commits: Commits,
    made: AtomicU32,
}

impl Thumbs {
    /// Kept in a store.
    pub fn new(store: Arc<dyn FrameStore>) -> Self {
        Self { store, commits: Commits::default(), made: AtomicU32::new(0) }
    }

    /// The commit of a job.
    pub async fn commit(&self, service: &Service, job: &JobId) -> Result<Arc<Commit>> {
        self.commits.get(service, job).await
    }

    /// The small picture of the drawing with this digest, which lies at `key`, as PNG.
    pub async fn get(&self, digest: &Digest, key: &StoreKey) -> Result<Bytes> {
        let place = layout::thumb(digest);
        match self.store.get(&place).await {
            Ok(bytes) => return Ok(bytes),
            Err(error) if error.kind() == StoreErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let content = self.store.get(key).await.map_err(failed)?;
        let name = key.to_string();
        let png = apart(move || encode(&cel::thumbnail(&decode(&name, &content)?, SIDE))).await?;
        let png = Bytes::from(png);
        // Whether somebody else was faster makes no difference: it is the same picture.
        let _: Create = self.store.put_if_absent(&place, png.clone()).await.map_err(failed)?;
        if self.made.fetch_add(1, Ordering::Relaxed) % PER_TRIM == PER_TRIM - 1 {
            trim::trim(self.store.as_ref()).await.map_err(failed)?;
        }
        Ok(png)
    }
}

fn failed(error: common::store::StoreError) -> Fault {
    Fault::from(ServiceError::from(error))
}
