//! What people decide about an episode.

use common::farm::Blob;
use common::queue::Priority;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes;

/// Another share of the farm.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriority {
    /// `low`, `normal`, `high` or `urgent`.
    #[schema(value_type = shapes::Priority)]
    pub priority: Priority,
}

/// A drawing that a person has painted anew.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Key of the drawing.
    pub key: String,
    /// The painted drawing, uploaded before: `digest`, `size` and `name`.
    #[schema(value_type = shapes::Blob)]
    pub painted: Blob,
}
