//! Uploads.

use common::Digest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes;

/// Files that a client is about to submit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Their SHA-256 digests, at most 10,000.
    #[schema(value_type = Vec<shapes::Digest>, max_items = 10_000)]
    pub digests: Vec<Digest>,
}

/// Files that the store does not have.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Missing {
    /// Their SHA-256 digests, in the order asked.
    #[schema(value_type = Vec<shapes::Digest>)]
    pub missing: Vec<Digest>,
}
