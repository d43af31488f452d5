//! The number of times that the queue has begun anew, as the store keeps it.

use bytes::Bytes;
use common::farm::{Format, layout};
use serde::{Deserialize, Serialize};

use crate::service::{Result, Service, ServiceError};

/// What stands in `epoch.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: Format,
    epoch: u64,
}

/// The last epoch that the store knows of; 0 if none.
pub(super) async fn read(service: &Service) -> Result<u64> {
    let document: Option<Document> = service.read_json(&layout::epoch()).await?;
    Ok(document.map_or(0, |document| document.epoch))
}

/// Writes an epoch down.
pub(super) async fn write(service: &Service, epoch: u64) -> Result<()> {
    let document = Document { format: Format, epoch };
    let bytes =
        serde_json::to_vec(&document).map_err(|error| ServiceError::damaged(layout::epoch(), error))?;
    service.store.put(&layout::epoch(), Bytes::from(bytes)).await?;
    Ok(())
}
