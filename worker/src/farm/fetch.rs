//! Reading from the store, with patience.

use std::time::Duration;

use bytes::Bytes;
use common::Digest;
use common::farm::Output;
use common::store::{FrameStore, Result, StoreKey};

/// Times that an operation is tried.
const TRIES: u32 = 4;
/// Wait before the second try; doubled with each further one.
const PAUSE: Duration = Duration::from_millis(50);

/// Does something with the store, again if that may help. A bucket has tried for long by then; this is for folders on
/// servers, and for what fails once.
pub(super) async fn retried<T, F: Future<Output = Result<T>>>(work: impl Fn() -> F) -> Result<T> {
    let mut tries = 1;
    loop {
        match work().await {
            Err(error) if error.is_transient() && tries < TRIES => {
                tracing::debug!(%error, tries, "trying again");
                let longest = PAUSE * 2_u32.pow(tries - 1);
                tokio::time::sleep(longest.mul_f64(rand::random_range(0.5..=1.0))).await;
                tries += 1;
            }
            other => return other,
        }
    }
}

/// Whether an object is what an attempt says that it wrote.
pub(super) async fn is_whole(store: &dyn FrameStore, key: &StoreKey, output: &Output) -> Result<bool> {
    let Some(info) = retried(|| store.head(key)).await? else { return Ok(false) };
    match info.digest {
        _ if info.size != output.size => Ok(false),
        Some(digest) => Ok(digest == output.digest),
        // A store that does not tell has to be read.
        None => Ok(is_content(&retried(|| store.get(key)).await?, &output.digest, output.size)),
    }
}

/// Whether some bytes are what a digest and a size promise.
pub(super) fn is_content(bytes: &Bytes, digest: &Digest, size: u64) -> bool {
    bytes.len() as u64 == size && Digest::of(bytes) == *digest
}
